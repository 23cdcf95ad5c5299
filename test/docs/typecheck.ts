/** Modules of users of the package, compiled as a user would: in a folder of their own that has it installed. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));

export interface CompileError {
  readonly module: string;
  readonly line: number;
  readonly message: string;
}

/** A folder with modules, which `remove` takes away. */
export class UserFolder {
  readonly #path = realpathSync(mkdtempSync(join(tmpdir(), "ringbeam-docs-")));

  /** @param modules source by name, `readme-1.ts` */
  constructor(modules: ReadonlyMap<string, string>) {
    mkdirSync(join(this.#path, "node_modules"));
    symlinkSync(root, join(this.#path, "node_modules", "ringbeam"));
    this.#write("package.json", '{ "type": "module" }');
    const compilerOptions = {
      noEmit: true,
      rootDir: ".",
      typeRoots: [join(root, "node_modules/@types")],
      // An example names what it gives, to say what it is.
      noUnusedLocals: false,
      noUnusedParameters: false,
    };
    const config = { extends: join(root, "tsconfig.json"), compilerOptions, include: ["*.ts"] };
    this.#write("tsconfig.json", JSON.stringify(config));
    for (const [name, source] of modules) this.#write(name, source);
  }

  url(module: string): string {
    return pathToFileURL(join(this.#path, module)).href;
  }

  /** What the compiler says to them. */
  typecheck(): Promise<CompileError[]> {
    const compiler = join(root, "node_modules/typescript/lib/tsc.js");
    return new Promise((resolve, reject) => {
      execFile(process.execPath, [compiler, "-p", "."], { cwd: this.#path }, (failed, stdout, stderr) => {
        const errors = stdout.split("\n").flatMap((text) => {
          const [, module, line, message] = /^(\S+)\((\d+),\d+\): error (.*)$/.exec(text) ?? [];
          return module === undefined ? [] : [{ module, line: Number(line), message: message! }];
        });
        if (failed !== null && errors.length === 0) reject(new Error(`tsc: ${stdout}${stderr}`));
        else resolve(errors);
      });
    });
  }

  remove(): void {
    rmSync(this.#path, { recursive: true });
  }

  #write(name: string, text: string): void {
    writeFileSync(join(this.#path, name), text);
  }
}
