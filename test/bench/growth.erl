%% How cost grows: programs that are told how many, how large, how long (X). The same in TypeScript: growth.ts.
-module(growth).
-export([growth_send/2, growth_spawn/2, growth_call/2, growth_memory/2, growth_mailbox/2, growth_timers/2,
         growth_ring/2, growth_binary/2, growth_list/2, growth_schedulers/2, growth_compute/2]).

-define(BURST, 1000).
-define(PAIRS, 100).
-define(BYTES_PER_ITEM, 8).
-define(FAR_AWAY_MS, 60000).

%% Takes numbers; to a pid it says that it is there.
listener() ->
    receive
        Pid when is_pid(Pid) -> Pid ! here;
        _ -> ok
    end,
    listener().

%% The many of this OS process, a tuple of pids: all its rounds are about the same number.
many(Make) ->
    case persistent_term:get(many, none) of
        none ->
            Pids = list_to_tuple(Make()),
            persistent_term:put(many, Pids),
            Pids;
        Pids -> Pids
    end.

growth_send(N, X) ->
    Pids = many(fun() -> [spawn(fun listener/0) || _ <- lists:seq(1, X)] end),
    Self = self(),
    [Pid ! Self || Pid <- tuple_to_list(Pids)],
    steps:receive_all(X),
    %% On one scheduler, the last of a burst is the last to run.
    steps:in_bursts(N, ?BURST, fun
        (I) when I rem ?BURST =:= 0 -> element(I rem X + 1, Pids) ! Self;
        (I) -> element(I rem X + 1, Pids) ! I
    end).

growth_spawn(N, X) ->
    many(fun() -> spawning:crowd(X) end),
    spawning:spawn_all(N).

growth_call(N, X) ->
    Servers = many(fun() -> [element(2, {ok, _} = gen_server:start(counter, [], [])) || _ <- lists:seq(1, X)] end),
    steps:ns(fun() -> steps:times(N, fun(I) -> gen_server:call(element(I rem X + 1, Servers), {add, I}) end) end).

growth_memory(N, _) -> memory:growth(fun() -> spawning:crowd(N) end).

growth_mailbox(N, X) ->
    Times = ceil(N / X),
    Ns = steps:ns(fun() -> steps:times(Times, fun(_) ->
        steps:times(X, fun(I) -> self() ! I end),
        steps:receive_all(X)
    end) end),
    Ns * N / (Times * X).

growth_timers(N, X) ->
    Times = ceil(N / X),
    Ns = steps:ns(fun() -> steps:times(Times, fun(_) ->
        Refs = [erlang:send_after(?FAR_AWAY_MS + I rem ?BURST, self(), I) || I <- lists:seq(1, X)],
        [erlang:cancel_timer(Ref) || Ref <- Refs]
    end) end),
    Ns * N / (Times * X).

growth_ring(N, X) -> messaging:hops(N, X).

growth_binary(N, X) -> letter(N, fun() -> steps:binary(X, X) end).
growth_list(N, X) -> letter(N, fun() -> lists:seq(1, ceil(X / ?BYTES_PER_ITEM)) end).

letter(N, Load) ->
    schedulers:stay(),
    To = steps:on(2, fun reader/0),
    Ns = steps:ns(fun() -> steps:times(N, fun(_) -> To ! {self(), Load()}, receive read -> ok end end) end),
    exit(To, kill),
    Ns.

reader() ->
    receive {From, _} -> From ! read end,
    reader().

growth_schedulers(N, _) ->
    Self = self(),
    Each = ceil(N / ?PAIRS),
    Echoes = [spawn(fun messaging:echo/0) || _ <- lists:seq(1, ?PAIRS)],
    Ns = steps:ns(fun() ->
        [spawn(fun() -> messaging:round_trips(To, Each), Self ! done end) || To <- Echoes],
        steps:receive_all(?PAIRS)
    end),
    steps:kill_all(Echoes),
    Ns * N / (Each * ?PAIRS).

growth_compute(N, _) -> schedulers:compute(N).
