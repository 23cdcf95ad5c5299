%% Servers and supervisors of conformance scenarios, on OTP's own gen_server and supervisor; the counterpart of library.ts.
-module(oracle_library).
-behaviour(gen_server).
-export([perform/2, start_child_server/2, sync_with/1]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2]).

%% -- the server ---------------------------------------------------------------------------------------------------

%% One module serves both behaviours: the argument says which.
init({supervisor, Conductor, Wish}) ->
    #{strategy := Strategy, children := Children} = Wish,
    Flags = #{strategy => case Strategy of
                              oneForOne -> one_for_one; oneForAll -> one_for_all; restForOne -> rest_for_one
                          end},
    {ok, {maps:merge(Flags, maps:with([intensity, period], Wish)), [spec(C, Conductor) || C <- Children]}};
init({server, Name, Conductor, Wish}) ->
    case Wish of #{trap := true} -> process_flag(trap_exit, true); _ -> ok end,
    {Who, Starts} = announce(Conductor, {'$born', Name}),
    Init = maps:get(init, Wish, [ok]),
    Act = case Wish of
              #{failFrom := [From, A]} when Starts >= From -> A;
              #{failFrom := [From, A, Until]} when Starts >= From, Starts < Until -> A;
              _ -> Init
          end,
    doing(Act),
    case Act of
        [stop, Reason] -> {stop, oracle:term(Reason, #{bound => #{}})};
        _ -> {ok, #{conductor => Conductor, name => Who, wish => Wish, bound => #{}, waiting => [], flushed => 0}}
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
        _ -> {reply, done, S}
    end.

handle_cast(Act, S) -> react(cast, Act, S).

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
        _ -> {noreply, S}
    end.

reply_later(T, #{waiting := [From | Rest]} = S) -> gen_server:reply(From, oracle:term(T, S)), S#{waiting := Rest}.

doing([exit, Reason]) -> exit(oracle:term(Reason, #{bound => #{}}));
doing([crash]) -> error(crash);
doing([sleep, Ms]) -> timer:sleep(Ms);
doing([exitSelf, Reason]) -> exit(self(), oracle:term(Reason, #{bound => #{}}));
doing(_) -> ok.

announce(Conductor, Note) ->
    Ref = make_ref(),
    Conductor ! {Note, Ref, self()},
    receive {'$noted', Ref, Answer} -> Answer end.

%% -- the supervisor -----------------------------------------------------------------------------------------------

spec(#{id := Id} = Wish, Conductor) ->
    Spec = #{id => Id, start => {?MODULE, start_child_server, [Conductor, Wish]}},
    S1 = case Wish of #{restart := Restart} -> Spec#{restart => Restart}; _ -> Spec end,
    case Wish of
        #{shutdown := brutalKill} -> S1#{shutdown => brutal_kill};
        #{shutdown := Shutdown} -> S1#{shutdown => Shutdown};
        _ -> S1
    end.

start_child_server(Conductor, #{id := Id} = Wish) -> begin_server(start_link, Id, Conductor, Wish).

begin_server(How, Name, Conductor, Wish) ->
    Options = case Wish of #{timeout := Ms} -> [{timeout, Ms}]; _ -> [] end,
    Args = [?MODULE, {server, Name, Conductor, Wish}, Options],
    case Wish of
        #{name := Registered} -> apply(gen_server, How, [{local, Registered} | Args]);
        _ -> apply(gen_server, How, Args)
    end.

sync_with(Supervisors) -> [catch supervisor:count_children(Pid) || Pid <- Supervisors], ok.

%% -- what actors do with them -------------------------------------------------------------------------------------

perform([Op | Args], A) ->
    try run(Op, Args, A) of
        {bound, Name, Pid, Key} -> oracle:tell(A, {'$bound', Key, Pid}), bound(Name, Pid, oracle:saw(A, [Op, ok, Pid]));
        {ok, Result} -> oracle:saw(A, [Op, ok, Result]);
        ok -> oracle:saw(A, [Op, ok]);
        {error, Reason} -> oracle:saw(A, [Op, failed, Reason])
    catch
        exit:{Reason, {Module, _, _}} when Module =:= gen_server; Module =:= sys; Module =:= proc_lib ->
            oracle:saw(A, [Op, failed, Reason]);
        %% gen_server:stop/3: these come bare.
        exit:Reason when Op =:= stop -> oracle:saw(A, [Op, failed, Reason])
    end.

bound(Name, Pid, #{bound := Bound} = A) -> A#{bound := Bound#{Name => Pid}}.

run(start, [Name | W], A) -> begun(begin_server(start, Name, maps:get(conductor, A), wish(W)), Name, Name, A);
run(startLink, [Name | W], A) -> begun(begin_server(start_link, Name, maps:get(conductor, A), wish(W)), Name, Name, A);
run(call, [Server, Act], A) -> {ok, gen_server:call(server(Server, A), Act)};
run(call, [Server, Act, Timeout], A) -> {ok, gen_server:call(server(Server, A), Act, Timeout)};
run(cast, [Server, Act], A) -> gen_server:cast(server(Server, A), Act);
run(tell, [Server, Act], A) -> oracle:pid(Server, A) ! {tell, Act}, ok;
run(stop, [Server], A) -> gen_server:stop(oracle:pid(Server, A));
run(stop, [Server, Reason], A) -> gen_server:stop(oracle:pid(Server, A), oracle:term(Reason, A), infinity);
run(stop, [Server, Reason, Timeout], A) -> gen_server:stop(oracle:pid(Server, A), oracle:term(Reason, A), Timeout);
run(startSupervisor, [Name, Wish], #{conductor := Conductor} = A) ->
    begun(supervisor:start_link(?MODULE, {supervisor, Conductor, Wish}), Name, {supervisor, Name}, A);
run(startChild, [Boss, Wish], #{conductor := Conductor} = A) ->
    case supervisor:start_child(oracle:pid(Boss, A), spec(Wish, Conductor)) of
        %% OTP adds the child's record to the reason.
        {error, {Reason, Child}} when element(1, Child) =:= child -> {error, Reason};
        Result -> Result
    end;
run(terminateChild, [Boss, Id], A) -> supervisor:terminate_child(oracle:pid(Boss, A), Id);
run(restartChild, [Boss, Id], A) -> supervisor:restart_child(oracle:pid(Boss, A), Id);
run(deleteChild, [Boss, Id], A) -> supervisor:delete_child(oracle:pid(Boss, A), Id);
run(whichChildren, [Boss], A) ->
    {ok, lists:sort([[Id, Pid, Type] || {Id, Pid, Type, _} <- supervisor:which_children(oracle:pid(Boss, A))])};
run(countChildren, [Boss], A) ->
    Counts = supervisor:count_children(oracle:pid(Boss, A)),
    {ok, [proplists:get_value(Key, Counts) || Key <- [specs, active, supervisors, workers]]}.

wish([Wish]) -> Wish;
wish([]) -> #{}.

server(#{name := Name}, _) -> Name;
server(Name, A) -> oracle:pid(Name, A).

begun({ok, Pid}, Name, Key, _) -> {bound, Name, Pid, Key};
begun({error, Reason}, _, _, A) ->
    %% Since OTP 26, and in ringbeam, a failed start leaves no EXIT message of the child behind.
    Known = maps:values(maps:get(bound, A)),
    forget_exit(Known),
    {error, Reason}.

forget_exit(Known) ->
    receive {'EXIT', Pid, _} = M ->
        case lists:member(Pid, Known) of
            true -> forget_exit(Known), self() ! M;
            false -> ok
        end
    after 0 -> ok end.
