/** Processes for the tests of timers; a module of its own, because other schedulers load it. */
import { type AnyPid, proc, type Self } from "../../runtime/index.js";
import { timer } from "../../stdlib/index.js";

/** Tells that it runs. */
export const tell = proc(import.meta.url, function tell(self: Self<unknown>, to: AnyPid, what: string) {
  self.send(to, ["tell", what] as never);
});

/** Starts intervals to the observer's name and by `applyInterval`, and ends when told. */
export const owner = proc(import.meta.url, async function owner(self: Self<unknown>, observer: AnyPid) {
  const timers = [
    timer.sendInterval(self, 1, "timerObserver", ["tell", "byName"] as never),
    timer.applyInterval(self, 1, tell, [observer, "applied"]),
  ];
  self.send(observer, ["owner", "timers", timers] as never);
  await self.receive((m): m is "end" => m === "end");
});
