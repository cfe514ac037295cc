"""What an alert says to people: one sentence that names the app, what is wrong and by how much. Pure."""

from paas.alerts.rules import About, Kind, Rule, metrics_of

UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
MACHINE = "The machine"
LONGEST_REASON = 200


def metric(rule: Rule, who: str, value: float | None) -> str:
    """It is on the wrong side of its threshold, and was for as long as the rule asks."""
    label = metrics_of(rule.about)[rule.metric].label
    lasting = f" for {duration(rule.minutes * 60)}" if rule.minutes else ""
    limit = figure(rule, rule.threshold)
    return f"{who}: {label} {figure(rule, value)}, {rule.direction} {limit}{lasting}"


def over(rule: Rule, who: str, process: str, value: float | None) -> str:
    """It is no longer so."""
    whose = f"{who}: {process}" if process else who
    if rule.kind is Kind.METRIC:
        label, limit = metrics_of(rule.about)[rule.metric].label, figure(rule, rule.threshold)
        measured = f"{who}, {process}" if process else who
        return f"{measured}: {label} {figure(rule, value)}, no longer {rule.direction} {limit}"
    return _OVER[rule.kind].format(whose=whose, minutes=duration(rule.minutes * 60), pattern=quoted(rule.pattern))


_OVER = {
    Kind.DIED: "{whose} runs again",
    Kind.OUT_OF_MEMORY: "{whose} was not killed for want of memory again within {minutes}",
    Kind.RESTART_LOOP: "{whose} keeps running",
    Kind.UNHEALTHY: "{whose} is healthy again",
    Kind.DEPLOYMENT_FAILED: "{whose} was deployed",
    Kind.DISK_FILLING: "{whose}: no disk is about to be full",
    Kind.LOG_PATTERN: "{whose}: {pattern} stands in its log too often no more",
}


def gone(who: str, process: str) -> str:
    """There is nothing left that could be wrong."""
    return f"{who}: {process} is gone or was stopped" if process else f"{who} is gone or was stopped"


def died(who: str, process: str, *, code: int | None, is_running: bool) -> str:
    how = "ended" if code is None else f"ended with code {code}"
    return f"{who}: {process} {how}{', restarted since' if is_running else ' and does not run'}"


def stopped_elsewhere(who: str, process: str, code: int | None) -> str:
    """It does not run, and nobody here has stopped it."""
    how = "" if code is None else f" (ended with code {code})"
    return f"{who}: {process} does not run{how}"


def out_of_memory(
    who: str, process: str, *, limit_bytes: int | None, restarts: int, is_running: bool, has_ended: bool
) -> str:
    limit = f" (limit {size(limit_bytes)})" if limit_bytes else ""
    if not has_ended:
        return f"{who}: a process in {process} was killed for want of memory{limit}"
    after = f", restarted {often(restarts)}since" if restarts else ""
    return f"{who}: {process} was killed for want of memory{limit}{after}{'' if is_running else ' and does not run'}"


def restart_loop(who: str, process: str, *, times: int, minutes: float, code: int | None) -> str:
    last = "" if code is None else f", the last time after it ended with code {code}"
    return f"{who}: {process} was restarted {times} times within {duration(minutes * 60)}{last}"


def unhealthy(rule: Rule, who: str, process: str) -> str:
    lasting = f" for {duration(rule.minutes * 60)}" if rule.minutes else ""
    return f"{who}: {process} fails its health check{lasting}"


def deployment_failed(who: str, number: int, reason: str) -> str:
    line = next(iter(reason.strip().splitlines()), "")
    shown = line if len(line) <= LONGEST_REASON else f"{line[: LONGEST_REASON - 1]}…"
    return f"{who}: deployment {number} failed{f': {shown}' if shown else ''}"


def disk_filling(what: str, seconds: float, percent: float) -> str:
    soon = f"will be full in about {duration(seconds)} at its present pace" if seconds >= 60 else "is full"
    return f"{MACHINE}: the disk of {what} {soon} ({percent:.0f} % used)"


def log_pattern(rule: Rule, who: str, times: int) -> str:
    return f"{who}: {quoted(rule.pattern)} stood in its log {times:,} times within {duration(rule.minutes * 60)}"


def figure(rule: Rule, value: float | None) -> str:
    """A value of this rule with its unit; empty where there is none."""
    if value is None:
        return ""
    if rule.kind is Kind.DISK_FILLING:
        return duration(value)
    if rule.kind is not Kind.METRIC:
        return f"{value:,.0f}"
    unit = metrics_of(rule.about)[rule.metric].unit
    if unit.startswith("bytes"):
        return size(value) + unit.removeprefix("bytes")
    text = f"{value:,.1f}".removesuffix(".0")
    if unit == "%" and rule.metric == "cpu" and rule.about is not About.MACHINE:
        return f"{text} % of a core"
    return f"{text} {unit}".rstrip()


def size(value: float) -> str:
    power = 0
    while value >= 1024 and power < len(UNITS) - 1:
        value, power = value / 1024, power + 1
    return f"{value:,.1f}".removesuffix(".0") + f" {UNITS[power]}"


def duration(seconds: float) -> str:
    """``90 s``, ``5 min``, ``7 h``, ``3 d``: in the largest unit that leaves a number of at least two, or a whole."""
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length or (seconds >= length and seconds % length == 0):
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"


def often(times: int) -> str:
    return {1: "", 2: "twice "}.get(times, f"{times} times ")


def quoted(pattern: str) -> str:
    return f"“{pattern if len(pattern) <= 60 else f'{pattern[:59]}…'}”"
