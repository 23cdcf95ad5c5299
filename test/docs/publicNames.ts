/**
 * The public names of the package and what their doc comments say, as a user's editor shows them: asked of the
 * compiler, about the emitted declarations (a comment on the implementation behind overloads is not in them).
 * They are all that `stdlib/index.ts` exports, the exports of its namespaces (`sys.getState`), and the members of
 * its interfaces and classes (`Self.send`).
 */
import { fileURLToPath } from "node:url";
import { API, type Checker, SymbolFlags, type Symbol as TsSymbol } from "typescript/unstable/sync";

export interface PublicName {
  /** `Self.send` */
  readonly name: string;
  /** `runtime/process/self.ts` */
  readonly file: string;
  readonly comment: string;
}

const dist = fileURLToPath(new URL("../..", import.meta.url));
const FACE = `${dist}stdlib/index.d.ts`;

export function publicNames(): PublicName[] {
  const api = new API({ cwd: dist });
  try {
    const project = api.updateSnapshot({ openFiles: [FACE] }).getDefaultProjectForFile(FACE)!;
    const { checker, program } = project;
    const module = checker.getSymbolAtLocation(program.getSourceFile(FACE)!)!;
    return checker.getExportsOfModule(module).flatMap((symbol) => withMembers(checker, symbol.name, symbol));
  } finally {
    api.close();
  }
}

function withMembers(checker: Checker, name: string, symbol: TsSymbol): PublicName[] {
  const real = symbol.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  if (real.flags & SymbolFlags.ValueModule) {
    const inner = checker.getExportsOfModule(real);
    return inner.flatMap((one) => withMembers(checker, `${name}.${one.name}`, one));
  }
  const members = [...real.getMembers().values(), ...real.getExports().values()].filter(isNamed);
  return [
    nameOf(checker, name, real),
    ...members.map((member) => nameOf(checker, `${name}.${member.name}`, member)),
  ].filter(({ internal }) => !internal);
}

function nameOf(checker: Checker, name: string, symbol: TsSymbol): PublicName & { internal: boolean } {
  return {
    name,
    file: symbol.declarations[0]!.path.slice(dist.length).replace(/\.d\.ts$/, ".ts"),
    comment: checker.getDocumentationCommentOfSymbol(symbol),
    internal: checker.getJsDocTagsOfSymbol(symbol).some((tag) => tag.name === "internal"),
  };
}

/** A member with a name of its own; `prototype` and the like are the language's. */
function isNamed({ flags, name }: TsSymbol): boolean {
  const { Property, Method, GetAccessor, Prototype } = SymbolFlags;
  return (
    (flags & (Property | Method | GetAccessor)) !== 0 && (flags & Prototype) === 0 && /^[a-z]/i.test(name)
  );
}
