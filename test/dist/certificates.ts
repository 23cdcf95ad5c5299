/** The certificates of the tests, see certificates/README.md. */
import { fileURLToPath } from "node:url";
import type { TlsOptions } from "../../runtime/dist/tls.js";

/** Path of a file in the folder. */
export function certificate(file: string): string {
  return fileURLToPath(new URL(`../../../test/dist/certificates/${file}`, import.meta.url));
}

/** What a node that bears this certificate is started with. */
export function tlsOf(bearer: "node" | "expired" | "elsewhere" | "stranger", ca = "ca"): TlsOptions {
  return {
    cert: certificate(`${bearer}.pem`),
    key: certificate(`${bearer}.key`),
    ca: certificate(`${ca}.pem`),
  };
}
