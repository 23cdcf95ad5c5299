/**
 * An epmd that "starts by itself where none runs", as Erlang's does with the first node of a machine.
 *
 *   node   ensureRegistered(address, entry, launch)
 *            registers; where nothing answers, calls launch() and waits for the daemon it starts
 *   daemon serveUntilIdle(address)
 *            what the launched process runs: serves until no node is left, then returns
 *
 * Any number of nodes may do so at the same instant: each launches a daemon, one daemon gets the port,
 * the others return at once, and every node is served by the one.
 */
import { setTimeout as delay } from "node:timers/promises";
import { type EpmdAddress, EpmdError, names, type Registration, register } from "./client.js";
import { EpmdServer, type EpmdServerOptions } from "./server.js";

/** ms an epmd that was started by itself waits, after the last node has left, before it exits. */
export const autoStartIdleExitMs = 5_000;

export interface EnsureOptions {
  /** ms from launch() until giving up on its epmd; 10,000 unless told otherwise. */
  readonly giveUpMs?: number;
}

/**
 * Resolves when an epmd answers at the address; where nothing does, calls `launch` (once) and waits for
 * the epmd it starts. Rejects with EpmdError: `unreachable` where the host is not this machine's loopback
 * (nothing can be started there) or no epmd answered in time, `protocol` where something else listens.
 * What `launch` throws comes through.
 */
export async function ensureEpmd(
  address: EpmdAddress,
  launch: () => void,
  { giveUpMs = 10_000 }: EnsureOptions = {},
): Promise<void> {
  if (await answers(address, 5_000)) return;
  const where = `${address.host}:${address.port}`;
  if (!isLoopback(address.host)) {
    throw new EpmdError(
      "unreachable",
      `no epmd answers at ${where}, and one can be started on loopback only`,
    );
  }
  launch();
  const deadline = Date.now() + giveUpMs;
  for (let pause = 10; Date.now() < deadline; pause = Math.min(2 * pause, 500)) {
    await delay(Math.min(pause, Math.max(1, deadline - Date.now())));
    if (await answers(address, Math.max(1, deadline - Date.now()))) return;
  }
  throw new EpmdError("unreachable", `started an epmd, but none answers at ${where} after ${giveUpMs} ms`);
}

/**
 * Registers a node, after ensureEpmd where no epmd answers. Rejects with EpmdError.
 *
 * The second and third try are for an epmd that was about to exit for idleness when it was found.
 */
export async function ensureRegistered(
  address: EpmdAddress,
  entry: Parameters<typeof register>[1],
  launch: () => void,
  options?: EnsureOptions,
): Promise<Registration> {
  for (let triesLeft = 2; ; triesLeft--) {
    await ensureEpmd(address, launch, options);
    try {
      return await register(address, entry);
    } catch (error) {
      if (triesLeft === 0 || !isUnreachable(error)) throw error;
    }
  }
}

/**
 * Serves as the epmd of this address until no node is left (see EpmdServerOptions). Resolves at once
 * where the port is taken: another epmd was faster, or was there all along.
 */
export async function serveUntilIdle(
  address: EpmdAddress,
  options: Pick<EpmdServerOptions, "idleExitMs" | "firstNodeMs"> = {},
): Promise<void> {
  try {
    const server = await EpmdServer.start({ idleExitMs: autoStartIdleExitMs, ...options, ...address });
    await server.closed;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
  }
}

/** Whether an epmd answers; rejects where something answers that is none. */
async function answers(address: EpmdAddress, timeoutMs: number): Promise<boolean> {
  try {
    await names(address, { timeoutMs });
    return true;
  } catch (error) {
    if (isUnreachable(error)) return false;
    throw error;
  }
}

function isUnreachable(error: unknown): boolean {
  return error instanceof EpmdError && error.code === "unreachable";
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
