/** What is printed: lines, and below them one that is written over; without a terminal it is a line as well. */
export class Screen {
  #status = "";
  #percent = 0;
  readonly #tty = process.stdout.isTTY === true;

  line(text: string): void {
    this.#write(`${text}\n`);
  }

  /** How far it is: each percent on a terminal, else each tenth. */
  progress(done: number, total: number, what: string): void {
    const percent = Math.floor((100 * done) / total);
    if (percent === this.#percent) return;
    const tenth = Math.floor(percent / 10) > Math.floor(this.#percent / 10);
    this.#percent = percent;
    const text = `${percent} %: ${done} of ${total} ${what}`;
    if (!this.#tty) {
      if (tenth) this.line(text);
      return;
    }
    this.#status = done === total ? "" : `[${"#".repeat(percent / 4).padEnd(25, ".")}] ${text}`;
    this.#write("");
  }

  #write(text: string): void {
    process.stdout.write(`${this.#tty ? "\r\x1b[K" : ""}${text}${this.#status}`);
  }
}
