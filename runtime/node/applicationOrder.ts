/** In which order an application and all that it needs are started: each behind its dependencies. */
import { type AnyApplication, ApplicationError, nameOf } from "./application.js";

/**
 * Depth first, dependencies in the order in which they are listed.
 * @param known the application, loaded; throws ApplicationError where there is none
 * @throws ApplicationError `{ cycle }`, with the names along it
 */
export function startOrder(
  target: AnyApplication | string,
  known: (target: AnyApplication | string, neededBy?: string) => AnyApplication,
): AnyApplication[] {
  const order = new Map<string, AnyApplication>();
  const visit = (next: AnyApplication | string, path: readonly string[]): void => {
    const name = nameOf(next);
    const since = path.indexOf(name);
    if (since >= 0) throw new ApplicationError(path[0]!, { cycle: [...path.slice(since), name] });
    if (order.has(name)) return;
    const app = known(next, path.at(-1));
    for (const dependency of app.applications ?? []) visit(dependency, [...path, name]);
    order.set(name, app);
  };
  visit(target, []);
  return [...order.values()];
}
