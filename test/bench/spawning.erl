%% Starting and ending processes. The same in TypeScript: spawning.ts.
-module(spawning).
-export([spawn/1, kill/1, spawn_monitor/1, fork_join/1]).
-export([spawn_all/1, crowd/1]).
-compile({no_auto_import, [spawn/1, spawn_monitor/1]}).

-define(BURST, 1000).
-define(DEPTH, 12).
-define(TREE, ((2 bsl ?DEPTH) - 1)).

spawn(N) -> spawn_all(N).

spawn_all(N) ->
    Self = self(),
    Bursts = ceil(N / ?BURST),
    Ns = steps:ns(fun() -> steps:times(Bursts, fun(_) ->
        steps:times(?BURST, fun(_) -> erlang:spawn(fun() -> Self ! hello end) end),
        steps:receive_all(?BURST)
    end) end),
    Ns * N / (Bursts * ?BURST).

kill(N) ->
    steps:ns(fun() -> steps:times(N, fun(_) ->
        {Pid, Ref} = erlang:spawn_monitor(fun() -> receive _ -> ok end end),
        exit(Pid, kill),
        receive {'DOWN', Ref, process, Pid, killed} -> ok end
    end) end).

spawn_monitor(N) ->
    Self = self(),
    steps:ns(fun() -> steps:times(N, fun(_) ->
        erlang:spawn_monitor(fun() -> Self ! hello end),
        steps:receive_all(2)
    end) end).

fork_join(N) ->
    Self = self(),
    Trees = ceil(N / ?TREE),
    Ns = steps:in_bursts(Trees, 1, fun(_) -> erlang:spawn(fun() -> fork(Self, ?DEPTH) end) end),
    Ns * N / (Trees * ?TREE).

fork(Parent, 0) -> Parent ! 1;
fork(Parent, Depth) ->
    Self = self(),
    [erlang:spawn(fun() -> fork(Self, Depth - 1) end) || _ <- [1, 2]],
    receive A -> receive B -> Parent ! 1 + A + B end end.

%% Processes that wait, each having run once.
crowd(Count) -> crowd(Count, []).

crowd(0, Pids) -> Pids;
crowd(Left, Pids) ->
    Self = self(),
    Burst = min(?BURST, Left),
    More = [erlang:spawn(fun() -> Self ! hello, receive From -> From ! bye end end) || _ <- lists:seq(1, Burst)],
    steps:receive_all(Burst),
    crowd(Left - Burst, More ++ Pids).
