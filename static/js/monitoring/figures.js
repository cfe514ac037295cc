/** Metric -> number of one reading, under the names that the history has; null where it is not known. */

/** `process`, such as "web.1", is one part of an app; without a name the whole. */
export function figuresOf(reading, process = "") {
  if (!("processes" in reading)) return ofMachine(reading);
  if (!reading.processes.length) return null; // that nothing runs is a gap and not a zero
  const part = process ? reading.processes.find((each) => each.process === process) : reading;
  return part ? ofPart(part) : null;
}

function ofPart({ cpu_percent: cpu, memory_usage: memory, memory_percent, pids, rates }) {
  return { cpu, memory, memory_percent, pids, ...(rates ?? {}) };
}

function ofMachine({ cpu, memory, disk, swap, network, load }) {
  const { received, sent } = network;
  return { cpu: cpu.usage, memory: memory.used, disk: disk.used, swap: swap.used, load: load[0], network_received: received, network_sent: sent };
}
