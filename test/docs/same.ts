/** What `//=>` of an example does. */
import { deepStrictEqual } from "node:assert";

/** @param where file and line of the documentation that says so */
export function $same(actual: unknown, expected: unknown, where: string): void {
  try {
    deepStrictEqual(actual, expected);
  } catch (error) {
    throw new Error(`${where}: ${(error as Error).message}`);
  }
}
