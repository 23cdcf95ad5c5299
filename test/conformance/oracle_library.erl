%% Servers and supervisors of conformance scenarios, on OTP's own gen_server and supervisor; the counterpart of library.ts.
-module(oracle_library).
-behaviour(gen_server).
-export([perform/2, start_child_server/3, start_dynamic_child/2, start_supervisor/1, sync_with/1]).
-export([init/1, handle_call/3, handle_cast/2, handle_continue/2, handle_info/2, terminate/2]).

%% -- the server ---------------------------------------------------------------------------------------------------

%% One module serves both behaviours: the argument says which.
init({supervisor, Boss, Conductor, Wish}) ->
    #{strategy := Strategy, children := Children} = Wish,
    Flags = #{strategy => case Strategy of
                              oneForOne -> one_for_one; oneForAll -> one_for_all; restForOne -> rest_for_one
                          end},
    Auto = case Wish of
               #{autoShutdown := anySignificant} -> #{auto_shutdown => any_significant};
               #{autoShutdown := allSignificant} -> #{auto_shutdown => all_significant};
               _ -> #{}
           end,
    {ok, {maps:merge(maps:merge(Flags, Auto), maps:with([intensity, period], Wish)),
          [spec(C, Boss, Conductor) || C <- Children]}};
init({dynamic, Conductor, Wish}) ->
    Flags = maps:merge(#{strategy => simple_one_for_one}, maps:with([intensity, period], Wish)),
    {ok, {Flags, [(spec(Wish#{id => child}, none, Conductor))#{start := {?MODULE, start_dynamic_child, [Conductor]}}]}};
init({server, Name, Boss, Conductor, Wish}) ->
    case Wish of #{trap := true} -> process_flag(trap_exit, true); _ -> ok end,
    case Boss of none -> ok; _ -> Conductor ! {'$bound', {supervisor, Boss}, hd(get('$ancestors'))} end,
    {Who, Starts} = announce(Conductor, {'$born', Name}),
    Init = maps:get(init, Wish, [ok]),
    Act = case Wish of
              #{failFrom := [From, A]} when Starts >= From -> A;
              #{failFrom := [From, A, Until]} when Starts >= From, Starts < Until -> A;
              _ -> Init
          end,
    doing(Act),
    S = #{conductor => Conductor, name => Who, wish => Wish, bound => #{}, waiting => [], flushed => 0},
    case Act of
        [stop, Reason] -> {stop, oracle:term(Reason, #{bound => #{}})};
        [ignore] -> ignore;
        [continue, Next] -> {ok, S, {continue, Next}};
        [timeout, Ms] -> {ok, S, Ms};
        _ -> {ok, S}
    end.

handle_call(Act, From, #{waiting := Waiting} = S) ->
    oracle:saw(S, [call]),
    doing(Act),
    case Act of
        [reply, T] -> {reply, oracle:term(T, S), S};
        [noReply] -> {noreply, S#{waiting := Waiting ++ [From]}};
        [replyLater, T] -> {reply, ok, reply_later(T, S)};
        [stop, Reason] -> {stop, oracle:term(Reason, S), S};
        [stop, Reason, T] -> {stop, oracle:term(Reason, S), oracle:term(T, S), S};
        [ok] -> {reply, ok, S};
        [continue, Next] -> {reply, ok, S, {continue, Next}};
        [timeout, Ms] -> {reply, ok, S, Ms};
        _ -> {reply, done, S}
    end.

handle_cast(Act, S) -> react(cast, Act, S).

handle_continue(Act, S) -> react(continue, Act, S).

handle_info({'$flush', Turn, Peers}, #{flushed := Flushed} = S) when Turn > Flushed ->
    {noreply, S#{flushed := oracle:flush(Turn, Peers, S)}};
handle_info({'$flush', _, _}, S) -> {noreply, S};
handle_info({'$mark', Turn}, S) -> oracle:tell(S, {'$done', Turn, self()}), {noreply, S};
handle_info({'$do', Turn, _, _}, S) -> oracle:tell(S, {'$done', Turn, self()}), {noreply, S};
%% A server cannot leave a probe in its mailbox till its own flush comes: it puts it back and waits for that.
handle_info({'$probe', Turn, _} = Early, #{flushed := Flushed} = S) when Turn > Flushed ->
    self() ! Early,
    receive {'$flush', T, _} = Flush when T >= Turn -> handle_info(Flush, S) end;
handle_info({'$probe', _, _}, S) -> {noreply, S};
handle_info(timeout, S) -> oracle:saw(S, [timeout]), {noreply, S};
handle_info({tell, Act}, S) -> react(told, Act, S);
handle_info(Message, S) -> oracle:saw(S, [info, Message]), {noreply, S}.

terminate(Reason, #{conductor := Conductor, name := Who, wish := Wish}) ->
    announce(Conductor, {'$log', [terminate, Who, Reason]}),
    doing(maps:get(terminate, Wish, [ok])).

react(How, Act, S) ->
    oracle:saw(S, [How]),
    doing(Act),
    case Act of
        [replyLater, T] -> {noreply, reply_later(T, S)};
        [stop, Reason] -> {stop, oracle:term(Reason, S), S};
        [continue, Next] -> {noreply, S, {continue, Next}};
        [timeout, Ms] -> {noreply, S, Ms};
        _ -> {noreply, S}
    end.

reply_later(T, #{waiting := [From | Rest]} = S) -> gen_server:reply(From, oracle:term(T, S)), S#{waiting := Rest}.

doing([exit, Reason]) -> exit(oracle:term(Reason, #{bound => #{}}));
doing([crash]) -> error(crash);
doing([sleep, Ms]) -> timer:sleep(Ms);
doing([unlinkParent]) -> unlink(hd(get('$ancestors')));
doing([exitSelf, Reason]) -> exit(self(), oracle:term(Reason, #{bound => #{}}));
doing(_) -> ok.

announce(Conductor, Note) ->
    Ref = make_ref(),
    Conductor ! {Note, Ref, self()},
    receive {'$noted', Ref, Answer} -> Answer end.

%% -- supervisors --------------------------------------------------------------------------------------------------

%% A supervisor in the place of a child is made known to the conductor by its children, which learn its name: Boss.
spec(#{id := Id, supervisor := Wish} = Child, _, Conductor) ->
    merge_options(Child, #{id => Id, type => supervisor, start => {?MODULE, start_supervisor, [{supervisor, Id, Conductor, Wish}]}});
spec(#{id := Id} = Wish, Boss, Conductor) ->
    merge_options(Wish, #{id => Id, start => {?MODULE, start_child_server, [Boss, Conductor, Wish]}}).

merge_options(Wish, Spec) ->
    Options = maps:with([restart, shutdown, significant], Wish),
    maps:merge(Spec, case Options of #{shutdown := brutalKill} -> Options#{shutdown := brutal_kill}; _ -> Options end).

start_supervisor(Arg) -> supervisor:start_link(?MODULE, Arg).

start_child_server(Boss, Conductor, #{id := Id} = Wish) -> begin_server(start_link, Id, Boss, Conductor, Wish).

start_dynamic_child(Conductor, Wish) -> start_child_server(none, Conductor, Wish).

begin_server(How, Name, Boss, Conductor, Wish) ->
    Options = case Wish of #{timeout := Ms} -> [{timeout, Ms}]; _ -> [] end,
    Args = [?MODULE, {server, Name, Boss, Conductor, Wish}, Options],
    case Wish of
        #{name := Registered} -> apply(gen_server, How, [{local, Registered} | Args]);
        _ -> apply(gen_server, How, Args)
    end.

sync_with(Supervisors) -> [catch supervisor:count_children(Pid) || Pid <- Supervisors], ok.

%% -- what actors do with them -------------------------------------------------------------------------------------

perform([Op | Args], A) ->
    try run(Op, Args, A) of
        {requested, Label, Id} -> oracle:saw(A#{{request, Label} => Id}, [Op, ok]);
        {monitored, Name, Pid, Label, Ref} ->
            oracle:bind({label, Label}, Ref, oracle:bind(Name, Pid, oracle:saw(A, [Op, ok, Pid])));
        {bound, Name, Pid, Key} -> oracle:tell(A, {'$bound', Key, Pid}), bound(Name, Pid, oracle:saw(A, [Op, ok, Pid]));
        {ok, Result} -> oracle:saw(A, [Op, ok, Result]);
        ok -> oracle:saw(A, [Op, ok]);
        {error, Reason} -> oracle:saw(A, [Op, failed, Reason])
    catch
        exit:{Reason, {Module, _, _}} when Module =:= gen_server; Module =:= gen_statem; Module =:= sys; Module =:= proc_lib ->
            oracle:saw(A, [Op, failed, Reason]);
        %% gen_server:stop/3: these come bare.
        exit:Reason when Op =:= stop -> oracle:saw(A, [Op, failed, Reason])
    end.

bound(Name, Pid, #{bound := Bound} = A) -> A#{bound := Bound#{Name => Pid}}.

run(start, [Name | W], A) -> begun(begin_server(start, Name, none, maps:get(conductor, A), wish(W)), Name, Name, A);
run(startLink, [Name | W], A) -> begun(begin_server(start_link, Name, none, maps:get(conductor, A), wish(W)), Name, Name, A);
run(startMonitor, [Name, Label | W], A) ->
    case begin_server(start_monitor, Name, none, maps:get(conductor, A), wish(W)) of
        {ok, {Pid, Ref}} -> {monitored, Name, Pid, Label, Ref};
        Failed -> begun(Failed, Name, Name, A)
    end;
run(suspend, [Server], A) -> sys:suspend(oracle:pid(Server, A));
run(resume, [Server], A) -> sys:resume(oracle:pid(Server, A));
run(terminate, [Server, Reason], A) -> sys:terminate(oracle:pid(Server, A), oracle:term(Reason, A));
run(sendRequest, [Server, Label, Act], A) -> {requested, Label, gen_server:send_request(server(Server, A), Act)};
run(receiveResponse, [Label | Timeout], A) -> response(gen_server:receive_response(request(Label, A), timeout(Timeout)), failed);
run(waitResponse, [Label, Timeout], A) -> response(gen_server:wait_response(request(Label, A), Timeout), waits);
run(call, [Server, Act], A) -> {ok, gen_server:call(server(Server, A), Act)};
run(call, [Server, Act, Timeout], A) -> {ok, gen_server:call(server(Server, A), Act, Timeout)};
run(cast, [Server, Act], A) -> gen_server:cast(server(Server, A), Act);
run(tell, [Server, Act], A) -> oracle:pid(Server, A) ! {tell, Act}, ok;
run(stop, [Server], A) -> gen_server:stop(server(Server, A));
run(stop, [Server, Reason], A) -> gen_server:stop(server(Server, A), oracle:term(Reason, A), infinity);
run(stop, [Server, Reason, Timeout], A) -> gen_server:stop(server(Server, A), oracle:term(Reason, A), Timeout);
run(startSupervisor, [Name, Wish], #{conductor := Conductor} = A) ->
    begun(start_supervisor({supervisor, none, Conductor, Wish}), Name, {supervisor, Name}, A);
run(startDynamic, [Name, Wish], #{conductor := Conductor} = A) ->
    begun(start_supervisor({dynamic, Conductor, Wish}), Name, {supervisor, Name}, A);
run(startChild, [Boss, Wish], #{conductor := Conductor} = A) ->
    started(supervisor:start_child(oracle:pid(Boss, A), spec(Wish, none, Conductor)));
run(addChild, [Boss, Wish], A) -> started(supervisor:start_child(oracle:pid(Boss, A), [Wish]));
run(dropChild, [Boss, Name], A) -> supervisor:terminate_child(oracle:pid(Boss, A), oracle:pid(Name, A));
run(terminateChild, [Boss, Id], A) -> supervisor:terminate_child(oracle:pid(Boss, A), Id);
run(restartChild, [Boss, Id], A) -> started(supervisor:restart_child(oracle:pid(Boss, A), Id));
run(deleteChild, [Boss, Id], A) -> supervisor:delete_child(oracle:pid(Boss, A), Id);
run(whichChildren, [Boss], A) ->
    {ok, lists:sort([[Id, Pid, Type] || {Id, Pid, Type, _} <- supervisor:which_children(oracle:pid(Boss, A))])};
run(countChildren, [Boss], A) ->
    Counts = supervisor:count_children(oracle:pid(Boss, A)),
    {ok, [proplists:get_value(Key, Counts) || Key <- [specs, active, supervisors, workers]]};
run(countDynamic, [Boss], A) ->
    Counts = supervisor:count_children(oracle:pid(Boss, A)),
    {ok, [proplists:get_value(Key, Counts) || Key <- [active, supervisors, workers]]};
run(startMachine, [Name, Wish], #{conductor := Conductor} = A) ->
    begun(oracle_statem:start(Name, Conductor, Wish), Name, {supervisor, Name}, A);
run(machineCall, [Name, Event], A) -> {ok, gen_statem:call(oracle:pid(Name, A), Event)};
run(machineCall, [Name, Event, Timeout], A) -> {ok, gen_statem:call(oracle:pid(Name, A), Event, Timeout)};
run(machineCast, [Name, Event], A) -> gen_statem:cast(oracle:pid(Name, A), Event);
run(machineInfo, [Name, Event], A) -> oracle:pid(Name, A) ! {machine, Event}, ok;
run(machineState, [Name], A) -> {ok, element(1, sys:get_state(oracle:pid(Name, A)))};
run(replaceState, [Name, State], A) -> sys:replace_state(oracle:pid(Name, A), fun({_, Data}) -> {State, Data} end), ok.

%% OTP adds the child's record to the reason. A child that ignores its start is an error in ringbeam.
started({error, {Reason, Child}}) when element(1, Child) =:= child -> {error, Reason};
started({ok, undefined}) -> {error, ignore};
started(Result) -> Result.

response({reply, Reply}, _) -> {ok, Reply};
response({error, {Reason, _}}, _) -> {error, Reason};
response(timeout, failed) -> {error, timeout};
response(timeout, waits) -> {ok, timeout}.

request(Label, A) -> case A of #{{request, Label} := Id} -> Id; _ -> throw(unbound) end.

timeout([]) -> infinity;
timeout([Ms]) -> Ms.

wish([Wish]) -> Wish;
wish([]) -> #{}.

server(#{name := Name}, _) -> Name;
server(Name, A) -> oracle:pid(Name, A).

begun({ok, Pid}, Name, Key, _) -> {bound, Name, Pid, Key};
begun(ignore, Name, Key, A) -> begun({error, ignore}, Name, Key, A);
begun({error, Reason}, _, _, A) ->
    %% Since OTP 26, and in ringbeam, a failed start leaves no EXIT message of the child behind.
    forget_exits(maps:from_keys(maps:values(maps:get(bound, A)), known)),
    {error, Reason}.

%% Those of others stay where they are.
forget_exits(Known) ->
    receive {'EXIT', Pid, _} when not is_map_key(Pid, Known) -> forget_exits(Known) after 0 -> ok end.
