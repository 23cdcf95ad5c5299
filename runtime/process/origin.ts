/**
 * Whose code runs, where the process cannot be asked: in what it left behind, a floating promise, a timer, a handler.
 *
 * V8 keeps one value with each promise reaction and puts it back while that runs; while a slice runs, it is the slice's
 * process. From Node 24 on the same value is `AsyncLocalStorage`'s frame, which passes on to timers and I/O as well: a
 * map of storages. So a process can stand where a frame is expected: it has no storage in it, and what is made of it,
 * when one is set, is a map with the process in it.
 */
const PROCESS = Symbol("process");

/** Stands for a frame without storages. */
export abstract class Origin {
  has(_storage: unknown): boolean {
    return false;
  }

  get(_storage: unknown): undefined {
    return undefined;
  }

  disable(_storage: unknown): void {}

  *[Symbol.iterator](): Iterator<[unknown, unknown]> {
    yield [PROCESS, this];
  }
}

/** What a slice ran under, or a frame that was made of it. */
export function originIn(frame: unknown): Origin | undefined {
  if (frame instanceof Origin) return frame;
  return frame instanceof Map ? (frame.get(PROCESS) as Origin | undefined) : undefined;
}
