%% What processes weigh, and what a node does while all of them wait. The same in TypeScript: memory.ts.
-module(memory).
-export([idle_memory/1, idle_memory_behaviour/1, million/1, memory_back/1, idle/1]).
-export([growth/1]).

-define(BURST, 1000).
-define(MESSAGES, 10).

%% Bytes in use, garbage collected.
weigh() ->
    [erlang:garbage_collect(Pid) || Pid <- processes()],
    erlang:memory(total).

%% Bytes that Make adds for good.
growth(Make) ->
    Before = weigh(),
    Pids = Make(),
    Bytes = weigh() - Before,
    steps:kill_all(Pids),
    Bytes.

idle_memory(N) -> growth(fun() -> spawning:crowd(N) end).
idle_memory_behaviour(N) -> idle_memory(N).

million(N) ->
    Self = self(),
    Before = resident(),
    Start = erlang:monotonic_time(nanosecond),
    Pids = spawning:crowd(N),
    Started = erlang:monotonic_time(nanosecond),
    Bytes = resident() - Before,
    Stop = steps:ns(fun() -> stop(Self, Pids, 0) end),
    [Bytes, Started - Start, Stop].

stop(_, [], Told) -> steps:receive_all(Told);
stop(Self, Pids, ?BURST) ->
    steps:receive_all(?BURST),
    stop(Self, Pids, 0);
stop(Self, [Pid | Pids], Told) ->
    Pid ! Self,
    stop(Self, Pids, Told + 1).

%% What the system says that this OS process has in memory.
resident() ->
    {ok, Status} = file:read_file("/proc/self/status"),
    {match, [KiB]} = re:run(Status, "VmRSS:\\s+(\\d+)", [{capture, all_but_first, list}]),
    list_to_integer(KiB) * 1024.

memory_back(N) ->
    Self = self(),
    spawning:spawn_all(?BURST),
    Before = weigh(),
    steps:times(ceil(N / ?BURST), fun(_) ->
        Pids = [spawn(fun() -> steps:receive_all(?MESSAGES), Self ! done end) || _ <- lists:seq(1, ?BURST)],
        steps:times(?MESSAGES, fun(I) -> [Pid ! I || Pid <- Pids] end),
        steps:receive_all(?BURST)
    end),
    weigh() / Before.

idle(N) ->
    case whereis(crowd) of
        undefined ->
            Self = self(),
            register(crowd, spawn(fun() -> spawning:crowd(N), Self ! all_wait, receive never -> ok end end)),
            receive all_wait -> [] end;
        _ -> []
    end.
