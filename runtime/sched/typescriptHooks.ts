/**
 * Module hooks for TypeScript: `load` compiles .ts and .mts, `resolve` lets `./x.js` mean `./x.ts`, as the
 * TypeScript compiler does. Two forms of each: on a thread of their own (`resolve`, `load`) and in place.
 */
import { readFileSync } from "node:fs";
import type { LoadFnOutput, LoadHookContext, ResolveFnOutput, ResolveHookContext } from "node:module";
import { fileURLToPath } from "node:url";
import { transformSync } from "oxc-transform";

type NextLoad<R> = (url: string, context?: Partial<LoadHookContext>) => R;
type NextResolve<R> = (specifier: string, context?: Partial<ResolveHookContext>) => R;

export async function load(
  url: string,
  context: LoadHookContext,
  next: NextLoad<LoadFnOutput | Promise<LoadFnOutput>>,
): Promise<LoadFnOutput> {
  return isTypeScript(url) ? compile(url) : next(url, context);
}

export function loadSync(url: string, context: LoadHookContext, next: NextLoad<LoadFnOutput>): LoadFnOutput {
  return isTypeScript(url) ? compile(url) : next(url, context);
}

export async function resolve(
  specifier: string,
  context: ResolveHookContext,
  next: NextResolve<ResolveFnOutput | Promise<ResolveFnOutput>>,
): Promise<ResolveFnOutput> {
  try {
    return await next(specifier, context);
  } catch (error) {
    const other = typeScriptName(specifier, context);
    if (other === undefined) throw error;
    return next(other, context);
  }
}

export function resolveSync(
  specifier: string,
  context: ResolveHookContext,
  next: NextResolve<ResolveFnOutput>,
): ResolveFnOutput {
  try {
    return next(specifier, context);
  } catch (error) {
    const other = typeScriptName(specifier, context);
    if (other === undefined) throw error;
    return next(other, context);
  }
}

function isTypeScript(url: string): boolean {
  return url.startsWith("file:") && /\.m?ts$/.test(url) && !url.includes("/node_modules/");
}

/** The source file that a relative import of a .js file means in a TypeScript module, if it may mean one. */
function typeScriptName(specifier: string, context: ResolveHookContext): string | undefined {
  if (!/^(\.{1,2}\/|file:)/.test(specifier) || !/\.m?js$/.test(specifier)) return undefined;
  return context.parentURL !== undefined && isTypeScript(context.parentURL)
    ? specifier.replace(/js$/, "ts")
    : undefined;
}

/** Throws SyntaxError with the place in the file. */
function compile(url: string): LoadFnOutput {
  const file = fileURLToPath(url);
  const result = transformSync(file, readFileSync(file, "utf8"), { sourcemap: true, target: "es2022" });
  const error = result.errors[0];
  if (error !== undefined) throw new SyntaxError(`${file}: ${error.message}\n${error.codeframe ?? ""}`);
  const map = Buffer.from(JSON.stringify(result.map)).toString("base64");
  const source = `${result.code}\n//# sourceMappingURL=data:application/json;base64,${map}`;
  return { format: "module", source, shortCircuit: true };
}
