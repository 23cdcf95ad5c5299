/** Makes a scenario that fails smaller, as long as it fails. */
import type { Round, Scenario } from "./scenario.js";

/** Each smaller by one thing: a round, an operation, or an actor with all that it does. Larger cuts first. */
export function smaller(scenario: Scenario): Scenario[] {
  const { rounds, actors } = scenario;
  const found: Scenario[] = [];
  const add = (less: Partial<Scenario>) => found.push({ ...scenario, ...less });
  for (let size = Math.floor(rounds.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at + size <= rounds.length; at += size) {
      add({ rounds: [...rounds.slice(0, at), ...rounds.slice(at + size)] });
    }
  }
  for (const actor of actors.length > 1 ? actors : []) {
    const left = rounds.flatMap((round) => without(round, actor));
    add({ actors: actors.filter((other) => other !== actor), rounds: left });
  }
  for (const [at, round] of rounds.entries()) {
    for (const less of smallerRounds(round))
      add({ rounds: [...rounds.slice(0, at), less, ...rounds.slice(at + 1)] });
  }
  return found;
}

function without(round: Round, actor: string): Round[] {
  if (!("together" in round)) return round[0] === actor ? [] : [round];
  const left = Object.entries(round.together).filter(([who]) => who !== actor);
  return left.length === 0 ? [] : [{ together: Object.fromEntries(left) }];
}

function smallerRounds(round: Round): Round[] {
  if (!("together" in round)) return [];
  const scripts = Object.entries(round.together);
  const dropped = scripts.flatMap(([who, ops]) =>
    ops.map((_, at) => ({ together: { ...round.together, [who]: ops.filter((_op, i) => i !== at) } })),
  );
  const [only] = scripts;
  if (scripts.length === 1 && only![1].length === 1) dropped.push([only![0], ...only![1][0]!] as never);
  return dropped;
}

/**
 * The smallest that still fails, as far as single steps lead.
 * @param failing gives the index of the first of them that fails, or -1
 */
export async function shrink(
  scenario: Scenario,
  failing: (candidates: readonly Scenario[]) => Promise<number>,
): Promise<Scenario> {
  let smallest = scenario;
  for (;;) {
    const candidates = smaller(smallest);
    const found = candidates.length === 0 ? -1 : await failing(candidates);
    if (found < 0) return smallest;
    smallest = candidates[found]!;
  }
}
