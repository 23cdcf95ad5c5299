/** Traces, made comparable: the one order that Erlang's rules leave open is forgotten. */
import type { Drained, Event, Scenario, Trace } from "./scenario.js";

/** One line for each event, `who: what`, rounds apart. */
export type CanonicalTrace = readonly (readonly string[])[];

export function canonical(trace: Trace, scenario: Scenario): CanonicalTrace {
  const alike = scenario.either ?? [];
  const any = new RegExp(`(?<=^| )(${alike.join("|")})(?=$| )`, "g");
  const choose = (text: string) => (alike.length === 0 ? text : text.replace(any, alike.join("|")));
  return trace.map((round) =>
    Object.keys(round)
      .sort()
      .flatMap((who) => round[who]!.map((event) => choose(`${who}: ${eventText(event)}`))),
  );
}

/** Undefined if they are equal; else where they differ first. */
export function difference(expected: CanonicalTrace, got: CanonicalTrace): string | undefined {
  for (let i = 0; i < Math.max(expected.length, got.length); i++) {
    const [want, have] = [expected[i] ?? ["(no such round)"], got[i] ?? ["(no such round)"]];
    if (JSON.stringify(want) === JSON.stringify(have)) continue;
    return `round ${i + 1}\n  Erlang:   ${want.join("\n            ")}\n  ringbeam: ${have.join("\n            ")}`;
  }
  return undefined;
}

function eventText(event: Event): string {
  if (typeof event === "string") return event;
  const rounds: string[] = [];
  let round: Drained[] = [];
  for (const item of [...event.drain, ["", ""] as const]) {
    if (item[1] !== "") round.push(item);
    else if (round.length > 0) {
      rounds.push(roundText(round));
      round = [];
    }
  }
  return `drained ${rounds.length === 0 ? "nothing" : rounds.join(" / ")}`;
}

/** Messages of one round: by sender, each sender's in order. */
function roundText(messages: readonly Drained[]): string {
  const senders = [...new Set(messages.map(([from]) => from))].sort();
  return senders.map((sender) => ends(messages.filter(([from]) => from === sender)).join(", ")).join(" & ");
}

/** In which order a process that ends tells its links and its monitors is open: EXIT first, then each DOWN. */
function ends(messages: readonly Drained[]): string[] {
  const texts: string[] = [];
  let downs: string[] = [];
  const flush = () => {
    texts.push(...downs.sort());
    downs = [];
  };
  for (const [, text] of messages) {
    if (text.startsWith("DOWN ")) downs.push(text);
    else {
      if (!text.startsWith("EXIT ")) flush();
      texts.push(text);
    }
  }
  flush();
  return texts;
}
