/** Which nodes are let in, by patterns of their names. */

/**
 * True for the nodes that one of the patterns matches: `name@host`, in which `*` stands for any characters but `@`.
 * None at all allows nobody.
 */
export function allowList(patterns: readonly string[]): (node: string) => boolean {
  const matchers = patterns.map((pattern) => {
    const literals = pattern.split("*").map((text) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${literals.join("[^@]*")}$`);
  });
  return (node) => matchers.some((matcher) => matcher.test(node));
}
