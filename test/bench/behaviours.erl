%% Servers, state machines, registries, supervisors, on one scheduler. The same in TypeScript: behaviours.ts.
%% OTP has no registry of any term as key: here is Elixir's, an ETS table that the clients read by themselves.
-module(behaviours).
-export([call/1, cast/1, statem/1, registry_lookup/1, registry_dispatch/1, restarts/1]).

-define(BURST, 1000).
-define(KEYS, 1000).
-define(SUBSCRIBERS, 100).
-define(DISPATCHES, 10).
-define(INTENSITY, 100).

call(N) ->
    {ok, Server} = gen_server:start_link(counter, [], []),
    Ns = steps:ns(fun() -> steps:times(N, fun(I) -> gen_server:call(Server, {add, I}) end) end),
    gen_server:stop(Server),
    Ns.

cast(N) ->
    {ok, Server} = gen_server:start_link(counter, [], []),
    Bursts = ceil(N / ?BURST),
    Ns = steps:ns(fun() -> steps:times(Bursts, fun(_) ->
        steps:times(?BURST, fun(I) -> gen_server:cast(Server, {add, I}) end),
        gen_server:call(Server, get)
    end) end),
    gen_server:stop(Server),
    Ns * N / (Bursts * ?BURST).

statem(N) ->
    {ok, Machine} = gen_statem:start_link(lamp, [], []),
    Bursts = ceil(N / ?BURST),
    Ns = steps:ns(fun() -> steps:times(Bursts, fun(_) ->
        steps:times(?BURST, fun(_) -> gen_statem:cast(Machine, flip) end),
        gen_statem:call(Machine, flips)
    end) end),
    gen_statem:stop(Machine),
    Ns * N / (Bursts * ?BURST).

registry_lookup(N) ->
    Table = ets:new(users, [set, public, {read_concurrency, true}]),
    [ets:insert(Table, {Key, self()}) || Key <- lists:seq(0, ?KEYS - 1)],
    steps:ns(fun() -> steps:times(N, fun(I) ->
        [{_, Pid}] = ets:lookup(Table, I rem ?KEYS),
        true = is_process_alive(Pid)
    end) end).

registry_dispatch(N) ->
    Self = self(),
    Table = ets:new(topics, [duplicate_bag, public, {read_concurrency, true}]),
    Readers = [start_reader(fun() -> ets:insert(Table, {news, self()}), Self end)
               || _ <- lists:seq(1, ?SUBSCRIBERS)],
    Bursts = ceil(N / (?SUBSCRIBERS * ?DISPATCHES)),
    Ns = steps:ns(fun() -> steps:times(Bursts, fun(_) ->
        steps:times(?DISPATCHES, fun(I) -> [Pid ! I || {_, Pid} <- ets:lookup(Table, news)] end),
        steps:receive_all(?SUBSCRIBERS)
    end) end),
    [gen_server:stop(Reader) || Reader <- Readers],
    Ns * N / (Bursts * ?SUBSCRIBERS * ?DISPATCHES).

start_reader(Register) ->
    {ok, Pid} = gen_server:start_link(subscriber, {Register, ?DISPATCHES}, []),
    Pid.

restarts(N) ->
    Families = ceil(N / ?INTENSITY),
    Ns = steps:ns(fun() -> steps:times(Families, fun(_) ->
        {ok, Family} = supervisor:start_link(fragile, {supervisor, ?INTENSITY, self()}),
        steps:times(?INTENSITY, fun(_) -> receive Child -> Child ! 'end' end end),
        receive _ -> ok end,
        unlink(Family),
        gen_server:stop(Family, shutdown, infinity)
    end) end),
    Ns * N / (Families * ?INTENSITY).
