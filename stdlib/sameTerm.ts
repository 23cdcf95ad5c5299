/**
 * Whether two terms are the same (Erlang's `=:=`): arrays and plain objects by what they hold, all else, pids
 * and refs among it, by `===`.
 */
export function sameTerm(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => sameTerm(item, b[i]));
  return isPlain(a) && isPlain(b) && sameFields(a, b);
}

type Plain = Record<string, unknown>;

function sameFields(a: Plain, b: Plain): boolean {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameTerm(a[key], b[key]))
  );
}

function isPlain(value: object): value is Plain {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
