%% Between schedulers: the caller is on scheduler 1, who it talks to on 2. The same in TypeScript: schedulers.ts.
-module(schedulers).
-export([send_across/1, send_across_map/1, send_across_async/1, ping_pong_across/1, ping_pong_across_load/1,
         call_across/1, fan_in/1, parallel/1]).
-export([compute/1, stay/0]).

-define(BURST, 10000).
-define(PAIRS, 100).
-define(SENDERS, 100).
-define(SENDER_BURST, 100).
-define(FIB, 24).

%% The caller, too, stays where it is.
stay() -> process_flag(scheduler, 1).

send_across(N) -> send_to(N, fun(I) -> I end).
send_across_async(N) -> send_across(N).
send_across_map(N) -> send_to(N, fun steps:six/1).

send_to(N, Message) ->
    stay(),
    Self = self(),
    To = steps:on(2, fun() -> messaging:sink(Self, ?BURST) end),
    Ns = steps:in_bursts(N, ?BURST, fun(I) -> To ! Message(I) end),
    exit(To, kill),
    Ns.

ping_pong_across(N) ->
    stay(),
    To = steps:on(2, fun messaging:echo/0),
    Ns = messaging:round_trips(To, N),
    exit(To, kill),
    Ns.

ping_pong_across_load(N) ->
    stay(),
    Self = self(),
    Each = ceil(N / ?PAIRS),
    Echoes = [steps:on(2, fun messaging:echo/0) || _ <- lists:seq(1, ?PAIRS)],
    Ns = steps:ns(fun() ->
        [steps:on(1, fun() -> messaging:round_trips(To, Each), Self ! done end) || To <- Echoes],
        steps:receive_all(?PAIRS)
    end),
    steps:kill_all(Echoes),
    Ns * N / (Each * ?PAIRS).

call_across(N) ->
    stay(),
    {ok, Server} = gen_server:start_link(counter, [], [{spawn_opt, [{scheduler, 2}]}]),
    Ns = steps:ns(fun() -> steps:times(N, fun(I) -> gen_server:call(Server, {add, I}) end) end),
    gen_server:stop(Server),
    Ns.

fan_in(N) ->
    Self = self(),
    Bursts = ceil(N / (?SENDERS * ?SENDER_BURST)),
    To = spawn(fun collector/0),
    Ns = steps:ns(fun() ->
        [spawn(fun() -> sender(Self, To, Bursts) end) || _ <- lists:seq(1, ?SENDERS)],
        steps:receive_all(?SENDERS)
    end),
    exit(To, kill),
    Ns * N / (Bursts * ?SENDERS * ?SENDER_BURST).

collector() ->
    receive
        {From, _, true} -> From ! all_here;
        {_, _, false} -> ok
    end,
    collector().

sender(Parent, To, Bursts) ->
    Self = self(),
    steps:times(Bursts, fun(_) ->
        steps:times(?SENDER_BURST, fun(I) -> To ! {Self, I, I =:= ?SENDER_BURST} end),
        receive all_here -> ok end
    end),
    Parent ! done.

parallel(N) -> compute(N).

compute(N) ->
    Self = self(),
    steps:ns(fun() ->
        steps:times(N, fun(_) -> spawn(fun() -> Self ! fib(?FIB) end) end),
        steps:receive_all(N)
    end).

fib(N) when N < 2 -> N;
fib(N) -> fib(N - 1) + fib(N - 2).
