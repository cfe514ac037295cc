/**
 * The conversation about one log over one connection: at most one watch counts, the others' messages are ignored.
 *
 * A new watch replaces the old one only when the server has said yes, so a refused filter leaves the stream as it was.
 * Lines of the new watch may overtake its answer: they wait for it.
 */
const ANSWER_MS = 15_000;

export function createStream({ connection, watched, filter, handlers }) {
  const { socket } = connection;
  let current = null;
  let asked = 0; // never counted anew: a late answer to an earlier question must not pass for that to a later one
  let asking = 0;
  let early = [];
  let postponed = null;

  for (const event of ["lines", "status", "marker", "end", "problem"]) socket.on(event, (message) => hear(event, message));
  socket.on("disconnect", () => {
    current = null;
    asking = 0;
    early = [];
  });

  function hear(event, message) {
    if (!message.watch || message.watch === current) handlers[event](message);
    else if (asking) early.push([event, message]);
  }

  /** `begin(answer)` runs before the first message of the new watch; `refused(error)` when there will be none. */
  function watch(request, { begin, refused }) {
    if (!socket.connected) return void (postponed = [request, { begin, refused }]);
    asked += 1;
    const number = (asking = asked);
    const whole = { ...watched, ...filter(), ...request };
    socket.timeout(ANSWER_MS).emit("watch", whole, (failure, answer) => {
      if (number !== asking) return abandon(answer);
      asking = 0;
      if (failure) return connection.giveUp("The dashboard does not answer.");
      if (!answer?.ok) return refused(answer?.error ?? { kind: "unavailable", message: "The dashboard refused." });
      replace(answer, begin);
    });
  }

  /** An answer to a question that was asked again in the meantime. */
  function abandon(answer) {
    if (answer?.watch) socket.emit("unwatch", { watch: answer.watch });
  }

  function replace(answer, begin) {
    if (current) socket.emit("unwatch", { watch: current });
    current = answer.watch;
    connection.succeeded();
    begin(answer);
    const waiting = early;
    early = [];
    for (const [event, message] of waiting) hear(event, message);
  }

  /** Connected (again): ask what was wanted in the meantime, or go on with `request`. */
  function start(request, hooks) {
    const [wanted, wantedHooks] = postponed ?? [request, hooks];
    postponed = null;
    watch(wanted, wantedHooks);
  }

  return {
    watch, start,
    taken: (position) => current && socket.connected && socket.emit("taken", { watch: current, position }),
    isWatching: () => current !== null,
  };
}
