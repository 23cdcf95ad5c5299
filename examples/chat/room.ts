/**
 * A room: who is in it, and what is said there. It monitors its members, so it hears of each one's end, be it
 * a `/leave`, a crash, or the death of the whole node: the reason of the DOWN message tells which.
 *
 *     member -> room     call join, who    cast say, leave
 *     room -> member     { tag: "chat", room, text }
 */
import { type Context, type Down, genServer, type Pid, type Ref } from "ringbeam";

/** What the members of a room get from it. */
export interface Chat {
  readonly tag: "chat";
  readonly room: string;
  readonly text: string;
}

export type Member = Pid<Chat>;

interface State {
  readonly name: string;
  readonly members: Map<Member, { readonly user: string; readonly ref: Ref }>;
}

export const room = genServer(import.meta.url, "room", {
  init: (_self, name: string): State => ({ name, members: new Map() }),
  handleCall: {
    join(ctx, member: Member, user: string) {
      ctx.state.members.set(member, { user, ref: ctx.self.monitor(member) });
      announce(ctx, `${user} is here`);
    },
    who: (ctx) => [...ctx.state.members.values()].map(({ user }) => user),
  },
  handleCast: {
    say(ctx, member: Member, text: string) {
      const user = ctx.state.members.get(member)?.user;
      if (user !== undefined) announce(ctx, `${user}: ${text}`);
    },
    leave(ctx, member: Member) {
      const ref = ctx.state.members.get(member)?.ref;
      if (ref === undefined) return;
      ctx.self.demonitor(ref, { flush: true });
      remove(ctx, member, "left");
    },
  },
  handleInfo(ctx, { process, reason }: Down) {
    const why = reason === "noconnection" ? "is gone: no connection to that node" : `is gone: ${reason}`;
    remove(ctx, process as Member, why);
  },
});

function remove(ctx: Context<State>, member: Member, why: string): void {
  const { user } = ctx.state.members.get(member)!;
  ctx.state.members.delete(member);
  announce(ctx, `${user} ${why}`);
}

function announce({ self, state }: Context<State>, text: string): void {
  for (const member of state.members.keys()) self.send(member, { tag: "chat", room: state.name, text });
}
