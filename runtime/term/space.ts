/**
 * The identities that one thread of one node knows: decoding the same pid twice gives the same object.
 * Our own pids enter the table when they are first encoded, because only then can they come back.
 */
import { MAX_SCHEDULERS, NodeId, Pid, Ref } from "./pid.js";

export class TermSpace {
  readonly #nodes = new Map<string, NodeId>();
  /** Finds a pid of this very scheduler that never left it (only a parsed text form can ask for one). */
  findHome: (serial: number) => Pid | undefined = () => undefined;

  constructor(
    readonly self: NodeId,
    readonly scheduler: number,
  ) {
    this.#nodes.set(nodeKey(self.name, self.creation), self);
  }

  node(name: string, creation: number): NodeId {
    const key = nodeKey(name, creation);
    let node = this.#nodes.get(key);
    if (node === undefined) {
      node = new NodeId(name, creation);
      this.#nodes.set(key, node);
    }
    return node;
  }

  pid(node: NodeId, scheduler: number, serial: number): Pid {
    const key = serial * MAX_SCHEDULERS + scheduler;
    let pid = node.pids.get(key);
    if (pid !== undefined) return pid;
    if (node === this.self && scheduler === this.scheduler) pid = this.findHome(serial);
    pid ??= new Pid(node, scheduler, serial);
    this.escapePid(pid);
    return pid;
  }

  ref(node: NodeId, scheduler: number, id: number): Ref {
    const key = id * MAX_SCHEDULERS + scheduler;
    let ref = node.refs.get(key);
    if (ref !== undefined) return ref;
    ref = new Ref(node, scheduler, id);
    this.escapeRef(ref);
    return ref;
  }

  /** A ref of this scheduler; enters the table only when it is first encoded. */
  newRef(id: number): Ref {
    return new Ref(this.self, this.scheduler, id);
  }

  escapePid(pid: Pid): void {
    if (pid.escaped) return;
    pid.escaped = true;
    pid.node.pids.set(pid.serial * MAX_SCHEDULERS + pid.scheduler, pid);
  }

  escapeRef(ref: Ref): void {
    if (ref.escaped) return;
    ref.escaped = true;
    ref.node.refs.set(ref.id * MAX_SCHEDULERS + ref.scheduler, ref);
  }

  /** Reads `<node:scheduler.serial>` as printed; only pids of this node and of nodes seen here can be named. */
  parsePid(text: string): Pid | undefined {
    const m = /^<([^:<>]+):(\d+)\.(\d+)>$/.exec(text.trim());
    if (m === null) return undefined;
    const found = [...this.#nodes.values()].filter((n) => n.name === m[1]).pop();
    return found && this.pid(found, Number(m[2]), Number(m[3]));
  }
}

function nodeKey(name: string, creation: number): string {
  return `${creation}/${name}`;
}
