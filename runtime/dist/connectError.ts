/** Why there is no connection with another node: one error for all the ways that it can fail. */
import { HandshakeError } from "./connection.js";
import { EpmdError } from "./epmd/client.js";

/** Why there is no connection with a node, for people. */
export class ConnectError extends Error {
  override readonly name = "ConnectError";
  constructor(
    readonly code: "notThere" | "cookie" | "certificate" | "tls" | "unreachable" | "refused" | "name",
    message: string,
  ) {
    super(message);
  }
}

/** What went wrong, in words that say what to do. */
export function explain(node: string, error: Error & { code?: unknown }): ConnectError {
  if (error instanceof ConnectError) return error;
  if (error instanceof EpmdError) {
    return new ConnectError("notThere", `no node ${node}: ${error.message}`);
  }
  if (error instanceof HandshakeError) {
    if (error.code === "cookie") {
      return new ConnectError(
        "cookie",
        `${node} refused us: its cookie differs from ours (--cookie, RINGBEAM_COOKIE)`,
      );
    }
    if (error.code === "certificate" || error.code === "tls") {
      return new ConnectError(
        error.code,
        `no connection with ${node}: ${error.message} (--tls-cert, --tls-ca)`,
      );
    }
    return new ConnectError("refused", `${node} refused us: ${error.message}`);
  }
  return new ConnectError("unreachable", `${node} cannot be reached: ${error.message}`);
}
