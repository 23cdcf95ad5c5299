/**
 * The cookie: the secret that the nodes of a cluster share. By default it is in a file in the home folder, made
 * at first use, readable by its owner only, as Erlang's `~/.erlang.cookie`.
 */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { nanoid } from "nanoid";

/** The cookie cannot be read, or others could read it: nobody is let in with such a secret. */
export class CookieError extends Error {
  override readonly name = "CookieError";
}

export function cookieFile(): string {
  return join(homedir(), ".ringbeam.cookie");
}

/** The cookie in the file, which is made if it is not there. Throws CookieError where others may read it. */
export function readCookie(file = cookieFile()): string {
  try {
    writeFileSync(file, `${nanoid(32)}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
      throw new CookieError(`the cookie file ${file} cannot be made: ${(error as Error).message}`);
    }
  }
  const mode = statSync(file).mode & 0o777;
  if (process.platform !== "win32" && (mode & 0o077) !== 0) {
    throw new CookieError(
      `the cookie file ${file} must be accessible by its owner only (its mode is 0${mode.toString(8)}; chmod 600 it)`,
    );
  }
  const cookie = readFileSync(file, "utf8").trim();
  if (cookie === "") throw new CookieError(`the cookie file ${file} is empty`);
  return cookie;
}
