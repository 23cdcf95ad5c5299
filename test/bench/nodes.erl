%% Between two nodes of one host. The same in TypeScript: nodes.ts.
-module(nodes).
-export([nodes_ping_pong/1, nodes_call/1, nodes_send/1, nodes_send_map/1, nodes_binaries/1]).
-export([partner/1]).

-define(BURST, 10000).
-define(BINARY, (64 * 1024)).
-define(BINARY_BURST, 64).

nodes_ping_pong(N) -> messaging:round_trips(pid_of(echo), N).

nodes_call(N) ->
    Server = pid_of(counter),
    steps:ns(fun() -> steps:times(N, fun(_) -> gen_server:call(Server, {add, 1}) end) end).

nodes_send(N) -> send(N, ?BURST, fun(I) -> I end).
nodes_send_map(N) -> send(N, ?BURST, fun steps:six/1).
nodes_binaries(N) -> send(N, ?BINARY_BURST, fun(I) -> steps:binary(?BINARY, I) end).

send(N, Burst, Load) ->
    To = pid_of(sink),
    Self = self(),
    steps:in_bursts(N, Burst, fun
        (I) when I rem Burst =:= 0 -> To ! {Self, Load(I)};
        (I) -> To ! {none, Load(I)}
    end).

%% A process of the second node, which is started with the first row that asks, and ends with this node.
pid_of(Name) ->
    case nodes() of
        [] -> start_partner();
        [_] -> ok
    end,
    erpc:call(hd(nodes()), erlang, whereis, [Name]).

start_partner() ->
    Self = self(),
    %% Not by the caller: the node ends with who started it, and a round is a process of its own.
    spawn(fun() ->
        {ok, _, Node} = peer:start_link(#{
            name => peer:random_name(), host => "127.0.0.1", longnames => true,
            args => ["+S", "2:2", "-setcookie", atom_to_list(erlang:get_cookie()), "-start_epmd", "false",
                     "-pa", filename:dirname(code:which(?MODULE))]
        }),
        ok = erpc:call(Node, ?MODULE, partner, [Self]),
        Self ! ready,
        receive never -> ok end
    end),
    receive ready -> ok end.

%% What the second node runs.
partner(_) ->
    register(echo, spawn(fun messaging:echo/0)),
    register(sink, spawn(fun sink/0)),
    {ok, _} = gen_server:start({local, counter}, counter, [], []),
    ok.

sink() ->
    receive
        {none, _} -> ok;
        {From, _} -> From ! all_here
    end,
    sink().
