/** What is wrong with an argument, said before anything is done with it. */

export function checkTime(what: string, ms: number): void {
  if (!(ms >= 0)) throw new RangeError(`${what}: ${ms} is not a time; expected ms, 0 or more`);
}

/** What would not come back from the text form `<name, node>`, or from UTF-8 (half of a surrogate pair). */
const NOT_IN_NAMES = /[<>,\s]|\p{Surrogate}/u;

export function checkName(name: string): void {
  if (typeof name !== "string" || name === "" || Buffer.byteLength(name) > 255 || NOT_IN_NAMES.test(name)) {
    throw new TypeError(
      `not a name: ${JSON.stringify(name)}; expected 1 to 255 bytes of text without space , < >`,
    );
  }
}
