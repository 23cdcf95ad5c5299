%% Messages and timers on one scheduler. The same in TypeScript: messaging.ts.
-module(messaging).
-export([ping_pong/1, ring/1, send/1, send_async/1, send_map/1, selective/1, timers/1]).
-export([echo/0, round_trips/2, hops/2, sink/2]).

-define(BURST, 1000).
-define(WAITING, 10000).
-define(FAR_AWAY_MS, 60000).

echo() ->
    receive {From, N} -> From ! N end,
    echo().

round_trips(To, N) ->
    steps:ns(fun() -> steps:times(N, fun(I) -> To ! {self(), I}, receive _ -> ok end end) end).

ping_pong(N) ->
    To = spawn(fun echo/0),
    Ns = round_trips(To, N),
    exit(To, kill),
    Ns.

ring(N) -> hops(N, 503).

%% Whole laps of a ring, the caller in it.
hops(N, Size) ->
    Ring = lists:foldl(fun(_, [Next | _] = Pids) -> [spawn(fun() -> member(Next) end) | Pids] end,
                       [self()], lists:seq(2, Size)),
    Laps = ceil(N / Size),
    Ns = steps:ns(fun() -> go_round(hd(Ring), Laps * Size) end),
    steps:kill_all(lists:droplast(Ring)),
    Ns * N / (Laps * Size).

go_round(_, Left) when Left =< 0 -> ok;
go_round(First, Left) ->
    First ! Left - 1,
    receive N -> go_round(First, N) end.

member(Next) ->
    receive N -> Next ! N - 1 end,
    member(Next).

send(N) -> send_to(N, fun(I) -> I end).
send_async(N) -> send(N).
send_map(N) -> send_to(N, fun steps:six/1).

send_to(N, Message) ->
    Self = self(),
    To = spawn(fun() -> sink(Self, ?BURST) end),
    Ns = steps:in_bursts(N, ?BURST, fun(I) -> To ! Message(I) end),
    exit(To, kill),
    Ns.

%% Takes messages, and says so at the end of each burst.
sink(From, Burst) ->
    take(Burst),
    From ! all_here,
    sink(From, Burst).

take(0) -> ok;
take(Left) ->
    receive _ -> take(Left - 1) end.

selective(N) ->
    steps:times(?WAITING, fun(I) -> self() ! {other, I} end),
    steps:ns(fun() ->
        steps:times(N, fun(I) -> self() ! {wanted, I}, receive {wanted, _} -> ok end end)
    end).

timers(N) ->
    Bursts = ceil(N / ?BURST),
    Ns = steps:ns(fun() -> steps:times(Bursts, fun(_) ->
        Refs = [erlang:send_after(?FAR_AWAY_MS + I, self(), I) || I <- lists:seq(1, ?BURST)],
        [erlang:cancel_timer(Ref) || Ref <- Refs]
    end) end),
    Ns * N / (Bursts * ?BURST).
