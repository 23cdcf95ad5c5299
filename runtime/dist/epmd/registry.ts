/**
 * Which names are taken, by whom, and under which creation: epmd's state without its sockets.
 *
 * Invariants: a name has at most one owner, an owner at most one name, and no creation is given twice
 * until 2^32 - 4 registrations later, whatever the names.
 */
import { isRegistrable, type NodeEntry } from "./protocol.js";

/** The first creation that fits no ALIVE2_RESP, whose creations are 1 to 3; 0 means "any" in Erlang. */
const firstCreation = 4;

interface Registered<Owner> {
  readonly node: NodeEntry;
  readonly owner: Owner;
}

/** `Owner` is compared by identity: the connection that registered the name, in epmd. */
export class Registry<Owner> {
  readonly #byName = new Map<string, Registered<Owner>>();
  readonly #byOwner = new Map<Owner, string>();
  #creation: number;

  /**
   * `seed`: a random unsigned 32-bit integer. OTP counts up from the time of day for each name and
   * remembers names that left; one random start and one counter for all names need no memory and
   * survive an epmd that restarts within a second.
   */
  constructor(seed: number) {
    this.#creation = Math.max(firstCreation, seed >>> 0);
  }

  /** The node's creation, or null where its name is taken or no name at all. */
  register(node: NodeEntry, owner: Owner): number | null {
    if (this.#byName.has(node.name) || this.#byOwner.has(owner) || !isRegistrable(node)) return null;
    this.#byName.set(node.name, { node, owner });
    this.#byOwner.set(owner, node.name);
    const creation = this.#creation;
    this.#creation = creation === 0xffffffff ? firstCreation : creation + 1;
    return node.highestVersion >= 6 ? creation : (creation % 3) + 1;
  }

  /** Frees what the owner holds, if anything; any number of times. True: a name was freed. */
  release(owner: Owner): boolean {
    const name = this.#byOwner.get(owner);
    if (name === undefined) return false;
    this.#byOwner.delete(owner);
    this.#byName.delete(name);
    return true;
  }

  find(name: string): NodeEntry | undefined {
    return this.#byName.get(name)?.node;
  }

  ownerOf(name: string): Owner | undefined {
    return this.#byName.get(name)?.owner;
  }

  /** In the order of registration. */
  entries(): Registered<Owner>[] {
    return [...this.#byName.values()];
  }

  get size(): number {
    return this.#byName.size;
  }
}
