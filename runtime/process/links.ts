/**
 * Links, after the protocol that Erlang uses since OTP 23: an unlink is numbered and acknowledged. Till
 * the acknowledgement comes the entry stays, inactive, so an exit that was on its way is dropped, while a link
 * made anew in the meantime is not taken away by the old unlink.
 */
import type { Pid } from "../term/pid.js";
import { critical } from "./critical.js";
import type { Env } from "./env.js";
import { homeOf, type Process } from "./process.js";
import { Op } from "./signal.js";

/** link/1; a second link between the same two changes nothing. */
export function link(process: Process, other: Pid): void {
  if (other === process.pid || process.links?.get(other) === 0) return;
  critical(() => {
    addLink(process, other);
    process.env.signal([Op.link, other, process.pid]);
  });
}

/** unlink/1; no exit signal of that link reaches the caller after it. */
export function unlink(process: Process, other: Pid): void {
  if (process.links?.get(other) !== 0) return;
  const id = process.env.nextRefId();
  // In one step: a kill in between would leave the other end linked with nobody, and never told.
  critical(() => {
    process.links?.set(other, id);
    process.env.signal([Op.unlink, other, process.pid, id]);
  });
}

/** Makes this end of the link; the other end learns of it by a signal, or by its spawn. */
export function addLink(process: Process, other: Pid): void {
  process.links ??= new Map();
  process.links.set(other, 0);
}

export function receiveLink(env: Env, to: Pid, from: Pid): void {
  const process = homeOf(to);
  if (process === undefined) return env.signal([Op.linkExit, from, to, "noproc"]);
  if (process.links?.get(from) === undefined) addLink(process, from);
}

export function receiveUnlink(env: Env, to: Pid, from: Pid, id: number): void {
  const process = homeOf(to);
  if (process?.links?.get(from) === 0) process.links.delete(from);
  env.signal([Op.unlinkAck, from, to, id]);
}

export function receiveUnlinkAck(to: Pid, from: Pid, id: number): void {
  const links = homeOf(to)?.links;
  if (links?.get(from) === id) links.delete(from);
}
