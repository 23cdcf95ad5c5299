%% Runs conformance scenarios on Erlang/OTP; the counterpart of interpret.ts and bodies.ts, see scenario.ts.
%%
%%     erl +S 1:1 -noshell -pa DIR -run oracle main IN OUT
%%
%% IN holds one scenario as a term for each line (`#{name, actors, rounds}`), OUT gets its trace as one line of JSON.
%% With one scheduler the end of a process is one step for all others, which the barrier takes for granted.
-module(oracle).
-export([main/1, actor/5]).
-export([tell/2, await_turn/2, bind/3, saw/2, term/2, pid/2, flush/3]).

-define(STUCK_AFTER, 20000).

main([In, Out]) ->
    logger:set_primary_config(level, none),
    {ok, Scenarios} = file:consult(In),
    {ok, File} = file:open(Out, [write, raw, delayed_write]),
    lists:foreach(fun(Scenario) -> file:write(File, [run(Scenario), $\n]) end, Scenarios),
    ok = file:close(File),
    halt(0).

%% -- the conductor ------------------------------------------------------------------------------------------------

%% Each scenario has a conductor of its own.
run(Scenario) ->
    {Pid, Ref} = spawn_monitor(fun() -> exit({trace, conduct(Scenario)}) end),
    receive
        {'DOWN', Ref, process, Pid, {trace, Trace}} -> Trace;
        {'DOWN', Ref, process, Pid, Reason} ->
            io_lib:format("~p", [lists:flatten(io_lib:format("~p: ~0p", [maps:get(name, Scenario), Reason]))])
    end.

conduct(#{actors := Actors, rounds := Rounds}) ->
    Me = self(),
    Sentinel = spawn(?MODULE, actor, [Me, '', #{}, [], 0]),
    S0 = #{bound => #{}, names => #{}, members => #{}, monitors => #{}, seen => [], answered => #{},
           changes => 0, starts => #{}, round => 0, turn => 0, sentinel => Sentinel, actors => Actors},
    S1 = lists:foldl(
           fun(Name, S) -> bound(Name, spawn(?MODULE, actor, [Me, Name, #{}, [], 1]), S) end, S0, Actors),
    S2 = lists:foldl(
           fun(Round, S) -> Settled = settle(play(Round, S), 0), bump(round, Settled) end, settle(S1, 0), Rounds),
    Live = lists:sort([atom_to_list(N) || #{alive := true, acts := true, name := N} <- maps:values(maps:get(members, S2))]),
    S3 = lists:foldl(fun(Name, S) -> play([list_to_atom(Name), drain], S) end, S2, Live),
    clear(S3),
    exit(Sentinel, kill),
    trace(S3).

bump(Key, S) -> maps:update_with(Key, fun(N) -> N + 1 end, S).

play(#{together := Scripts}, S) -> play_all(maps:to_list(Scripts), S);
play([Who | Op], S) -> play_all([{Who, [Op]}], S).

play_all(Scripts, S) ->
    #{turn := Turn, bound := Bound} = S1 = next_turn(S),
    {Busy, S2} =
        lists:foldl(
          fun({Who, Ops}, {Busy, Sn}) ->
                  case live(maps:get(Who, Bound, none), Sn) of
                      {true, Pid} -> Pid ! {'$do', Turn, Bound, Ops}, {[Pid | Busy], Sn};
                      false -> {Busy, noted(Who, {words, ['not there']}, Sn)}
                  end
          end, {[], S1}, Scripts),
    until(fun(Sn) -> lists:all(fun(P) -> live(P, Sn) =:= false orelse answered(P, Sn) end, Busy) end, S2).

next_turn(S) -> bump(turn, S#{answered := #{}}).
answered(Pid, #{answered := Answered}) -> is_map_key(Pid, Answered).

live(Pid, #{members := Members}) ->
    case Members of
        #{Pid := #{alive := true}} -> {true, Pid};
        _ -> false
    end.

%% Two flushes in a row in which nobody ended and nobody came; then a mark for all.
settle(S, 2) ->
    #{turn := Turn} = S1 = next_turn(S),
    Live = acting(S1),
    [Pid ! {'$mark', Turn} || Pid <- Live],
    until(fun(Sn) -> lists:all(fun(P) -> live(P, Sn) =:= false orelse answered(P, Sn) end, Live) end, S1);
settle(#{changes := Before, sentinel := Sentinel} = S, Quiet) ->
    #{turn := Turn} = S1 = next_turn(S),
    Peers = [Sentinel | acting(S1)],
    [Pid ! {'$flush', Turn, Peers} || Pid <- Peers],
    S2 = until(fun(#{changes := Now} = Sn) ->
                       Now =/= Before orelse lists:all(fun(P) -> answered(P, Sn) end, Peers)
               end, S1),
    S3 = case S2 of
             #{changes := Before, members := Members} ->
                 sync_supervisors([P || {P, #{alive := true, acts := false}} <- maps:to_list(Members)], S2);
             %% Where somebody ended, the others still wait for its probe: the next flush sets them free.
             _ -> S2
         end,
    case S3 of
        #{changes := Before} -> settle(S3, Quiet + 1);
        _ -> settle(S3, 0)
    end.

sync_supervisors([], S) -> S;
sync_supervisors(Supervisors, #{sentinel := Sentinel} = S) ->
    #{turn := Turn} = S1 = next_turn(S),
    Sentinel ! {'$sync', Turn, Supervisors},
    until(fun(Sn) -> answered(Sentinel, Sn) end, S1).

acting(#{members := Members}) -> [P || {P, #{alive := true, acts := true}} <- maps:to_list(Members)].

until(Holds, S) ->
    case Holds(S) of
        true -> S;
        false ->
            receive Note -> until(Holds, take(Note, S))
            after ?STUCK_AFTER -> exit({stuck, maps:get(round, S) + 1})
            end
    end.

take({Answer, Turn, From}, #{turn := Turn, answered := Answered} = S) when Answer =:= '$done'; Answer =:= '$flushed' ->
    S#{answered := Answered#{From => true}};
take({Answer, _, _}, S) when Answer =:= '$done'; Answer =:= '$flushed' -> S;
take({{'$born', Name}, Ref, From}, #{starts := Starts} = S) ->
    N = maps:get(Name, Starts, 0) + 1,
    Who = case N of 1 -> Name; _ -> list_to_atom(lists:concat([Name, ".", N])) end,
    From ! {'$noted', Ref, {Who, N}},
    #{bound := Bound} = S1 = bound(Who, From, S#{starts := Starts#{Name => N}}),
    noted(log, {words, [init, Who]}, S1#{bound := Bound#{Name => From}});
take({{'$log', Event}, Ref, From}, S) ->
    From ! {'$noted', Ref, ok},
    noted(log, {words, Event}, S);
take({'$bound', Name, Value}, S) -> bound(Name, Value, S);
take({'$saw', Who, Event}, S) -> noted(Who, Event, S);
take({'DOWN', Ref, process, _, Reason}, #{monitors := Monitors, members := Members, round := Round} = S) ->
    Pid = maps:get(Ref, Monitors),
    #{name := Name, since := Since} = Member = maps:get(Pid, Members),
    Known = Since < Round orelse lists:member(Name, maps:get(actors, S)),
    S1 = noted(Name, {words, [ended | [Reason || Known]]}, S),
    bump(changes, S1#{members := Members#{Pid := Member#{alive := false}}}).

noted(Who, Event, #{seen := Seen, round := Round} = S) -> S#{seen := [{Round, Who, Event} | Seen]}.

%% `{supervisor, Name}`: it knows nothing of our protocol.
bound(Key, Value, #{bound := Bound, names := Names, members := Members} = S) ->
    {Name, Acts} = case Key of {supervisor, N} -> {N, false}; _ -> {Key, true} end,
    S1 = S#{bound := Bound#{Name => Value}, names := maps:merge(#{Value => Name}, Names)},
    case is_pid(Value) andalso not is_map_key(Value, Members) of
        true ->
            Member = #{alive => true, acts => Acts, name => Name, since => maps:get(round, S)},
            Ref = monitor(process, Value),
            bump(changes, S1#{members := Members#{Value => Member},
                              monitors := maps:put(Ref, Value, maps:get(monitors, S))});
        false -> S1
    end.

clear(S) ->
    S1 = clear([P || {P, #{alive := true, acts := false}} <- maps:to_list(maps:get(members, S))], S),
    S2 = clear(acting(S1), S1),
    %% Whoever was bound in the meantime.
    until(fun(Sn) -> acting(Sn) =:= [] end, S2).

clear(Pids, S) ->
    [exit(P, kill) || P <- Pids],
    until(fun(Sn) -> lists:all(fun(P) -> live(P, Sn) =:= false end, Pids) end, S).

%% -- actors -------------------------------------------------------------------------------------------------------

%% `First` is run at once. State: the conductor, the own name, what is bound, what it waits for.
actor(Conductor, Name, Bound, First, _) ->
    A = #{conductor => Conductor, name => Name, bound => Bound#{Name => self()}, wait => none},
    try loop(perform_all(First, A)) catch throw:return -> ok end.

loop(#{wait := none} = A) ->
    receive
        {'$do', _, _, _} = M -> loop(obey(M, A));
        {'$flush', _, _} = M -> loop(obey(M, A));
        {'$mark', _} = M -> loop(obey(M, A));
        {'$sync', _, _} = M -> loop(obey(M, A))
    end;
loop(#{wait := Tag} = A) ->
    receive
        {'$do', _, _, _} = M -> loop(obey(M, A));
        {'$flush', _, _} = M -> loop(obey(M, A));
        {'$mark', _} = M -> loop(obey(M, A));
        {m, _, Tag} = M -> got(M, A);
        M when element(1, M) =:= Tag -> got(M, A);
        M when Tag =:= null, element(1, M) =/= '$probe', element(1, M) =/= '$here' -> got(M, A)
    end.

got(M, A) -> saw(A, [got, M]), loop(A#{wait := none}).

obey({'$do', Turn, More, Ops}, #{bound := Bound} = A) ->
    A1 = perform_all(Ops, A#{bound := maps:merge(Bound, More)}),
    tell(A1, {'$done', Turn, self()}),
    A1;
obey({'$mark', Turn}, A) ->
    self() ! {'$here'},
    tell(A, {'$done', Turn, self()}),
    A;
obey({'$sync', Turn, Supervisors}, A) ->
    oracle_library:sync_with(Supervisors),
    tell(A, {'$done', Turn, self()}),
    A;
obey({'$flush', Turn, Peers}, A) ->
    flush(Turn, Peers, A),
    A.

flush(Turn, Peers, A) ->
    drop_probes(Turn),
    Others = lists:delete(self(), Peers),
    [Peer ! {'$probe', Turn, self()} || Peer <- Others],
    case await_turn(Turn, length(Others)) of
        done -> tell(A, {'$flushed', Turn, self()}), Turn;
        {again, Turn1, Peers1} -> flush(Turn1, Peers1, A)
    end.

await_turn(_, 0) -> done;
await_turn(Turn, N) ->
    receive
        {'$probe', Turn, _} -> await_turn(Turn, N - 1);
        {'$flush', Later, Peers} -> {again, Later, Peers}
    end.

drop_probes(Turn) ->
    receive {'$probe', Old, _} when Old < Turn -> drop_probes(Turn) after 0 -> ok end.

tell(#{conductor := Conductor}, Note) -> Conductor ! Note.
saw(#{name := Name} = A, Words) -> tell(A, {'$saw', Name, {words, Words}}), A.
bind(Name, Value, #{bound := Bound} = A) -> tell(A, {'$bound', Name, Value}), A#{bound := Bound#{Name => Value}}.

look(Name, #{bound := Bound}) ->
    case Bound of #{Name := Value} -> Value; _ -> throw(unbound) end.
pid(Name, A) -> look(Name, A).
ref(Label, A) -> look({label, Label}, A).

term(#{shutdown := T}, A) -> {shutdown, term(T, A)};
term(#{pid := Name}, A) -> pid(Name, A);
term(T, _) -> T.

where(#{name := Name}, _) -> Name;
where(#{address := Name, 'of' := Of}, A) -> {Name, node(pid(Of, A))};
where(#{alias := Label}, A) -> ref(Label, A);
where(Name, A) -> pid(Name, A).

message(Term, #{name := Name} = A) -> {m, Name, term(Term, A)}.

perform_all(Ops, A) -> lists:foldl(fun perform/2, A, Ops).

perform(Op, A) ->
    try primitive(Op, A) catch throw:unbound -> saw(A, [unbound]) end.

primitive([spawn, N | W], A) -> bind(N, apply(erlang, spawn_opt, role(N, W, A) ++ [options(W)]), A);
primitive([spawnLink, N | W], A) -> bind(N, apply(erlang, spawn_opt, role(N, W, A) ++ [[link | options(W)]]), A);
primitive([spawnMonitor, N, Label | W], A) ->
    {Pid, Ref} = apply(erlang, spawn_opt, role(N, W, A) ++ [[monitoring(W) | options(W)]]),
    bind({label, Label}, Ref, bind(N, Pid, A));
primitive([spawnRequest, N, Label | W], A) ->
    Ref = apply(erlang, spawn_request, role(N, W, A) ++ [[monitoring(W) | options(W)]]),
    receive {spawn_reply, Ref, ok, Pid} -> saw(bind({label, Label}, Ref, bind(N, Pid, A)), ['spawnReply', Ref]) end;
primitive([link, N], A) ->
    %% A link to a local process that is not there raises; to a remote one it is an exit signal, and so it is in ringbeam.
    Pid = pid(N, A),
    try link(Pid) catch error:noproc -> exit(noproc) end,
    A;
primitive([unlink, N], A) -> unlink(pid(N, A)), A;
primitive([monitor, What, Label], A) -> bind({label, Label}, monitor(process, where(What, A)), A);
primitive([monitor, What, Label, Alias], A) ->
    bind({label, Label}, monitor(process, where(What, A), [alias_of(Alias)]), A);
primitive([demonitor, Label], A) -> saw(A, [demonitor, demonitor(ref(Label, A), [info])]);
primitive([demonitor, Label, flush], A) -> saw(A, [demonitor, demonitor(ref(Label, A), [info, flush])]);
primitive([trapExit, On], A) -> saw(A, ['trapExit was', process_flag(trap_exit, On)]);
primitive([priority, Level], A) -> saw(A, ['priority was', process_flag(priority, Level)]);
primitive([send, To, T], A) ->
    {Dest, Message} = {where(To, A), message(T, A)},
    try Dest ! Message, A catch error:badarg -> saw(A, [send, badarg]) end;
primitive(['receive'], A) -> receive_one(null, 0, A);
primitive(['receive', Tag], A) -> receive_one(Tag, 0, A);
primitive(['receive', Tag, After], A) -> receive_one(Tag, After, A);
primitive([await], A) -> A#{wait := null};
primitive([await, Tag], A) -> A#{wait := Tag};
primitive([drain], #{name := Name} = A) -> tell(A, {'$saw', Name, {drain, drain()}}), A;
primitive([isAlive, N], A) -> saw(A, [isAlive, is_process_alive(pid(N, A))]);
primitive([info, N], A) -> saw(A, [info | info(process_info(pid(N, A), [registered_name, trap_exit, priority, links, monitors]))]);
primitive([exit, Reason], A) -> exit(term(Reason, A));
primitive([exitPid, N, Reason], A) -> exit(pid(N, A), term(Reason, A)), A;
primitive([crash], _) -> error(crash);
primitive([return], _) -> throw(return);
primitive(Op, A) -> named(Op, A).

%% Names, aliases and timers.
named([register, Name], A) -> named([register, Name, maps:get(name, A)], A);
named([register, Name, N], A) -> tried(register, fun(Pid) -> register(Name, Pid) end, pid(N, A), A);
named([unregister, Name], A) -> tried(unregister, fun unregister/1, Name, A);
named([whereis, Name], A) -> saw(A, [whereis, whereis(Name)]);
named([alias, Label], A) -> bind({label, Label}, alias(), A);
named([unalias, Label], A) -> saw(A, [unalias, unalias(ref(Label, A))]);
named([sendAfter, Ms, To, T, Label], A) ->
    bind({label, Label}, erlang:send_after(Ms, where(To, A), message(T, A)), A);
named([startTimer, Ms, To, T, Label], A) ->
    bind({label, Label}, erlang:start_timer(Ms, where(To, A), message(T, A)), A);
named([cancelTimer, Label], A) -> saw(A, [cancelTimer, left(erlang:cancel_timer(ref(Label, A)))]);
named([readTimer, Label], A) -> saw(A, [readTimer, left(erlang:read_timer(ref(Label, A)))]);
named(Op, A) -> oracle_library:perform(Op, A).

info(undefined) -> [undefined];
info([{_, Name}, {_, Traps}, {_, Priority}, {_, Links}, {_, Monitors}]) ->
    [case Name of [] -> none; _ -> Name end, Traps, Priority, length(Links), length(Monitors)].

left(false) -> over;
left(_) -> left.

tried(What, Fun, Arg, A) ->
    saw(A, [What, try Fun(Arg), ok catch error:badarg -> badarg end]).

role(Name, Wish, #{conductor := Conductor, bound := Bound}) ->
    First = case Wish of [#{first := Ops}] -> Ops; _ -> [] end,
    [?MODULE, actor, [Conductor, Name, Bound, First, 0]].

options([#{} = Wish]) -> [{priority, P} || #{priority := P} <- [Wish]] ++ [link || #{link := true} <- [Wish]];
options([]) -> [].

monitoring([#{alias := Alias}]) -> {monitor, [alias_of(Alias)]};
monitoring(_) -> monitor.

alias_of(demonitor) -> {alias, demonitor};
alias_of(replyDemonitor) -> {alias, reply_demonitor}.

receive_one(Tag, After, A) ->
    receive
        {m, _, Tag} = M -> saw(A, [got, M]);
        M when element(1, M) =:= Tag -> saw(A, [got, M]);
        M when Tag =:= null, element(1, M) =/= '$probe', element(1, M) =/= '$here' -> saw(A, [got, M])
    after After -> saw(A, [timeout])
    end.

drain() ->
    receive M when element(1, M) =/= '$probe' -> [M | drain()] after 0 -> [] end.

%% -- the trace, as JSON -------------------------------------------------------------------------------------------

trace(#{seen := Seen, round := Last, names := Names}) ->
    Rounds = [[{Who, Event} || {R, Who, Event} <- lists:reverse(Seen), R =:= Round] || Round <- lists:seq(0, Last)],
    [$[, lists:join($,, [round_json(Events, Names) || Events <- Rounds]), $]].

round_json(Events, Names) ->
    Whos = lists:usort([Who || {Who, _} <- Events]),
    Entries = [[json(atom_to_list(Who)), $:, $[, lists:join($,, [event(E, Names) || {W, E} <- Events, W =:= Who]), $]]
               || Who <- Whos],
    [${, lists:join($,, Entries), $}].

event({words, Words}, Names) -> json(lists:join(" ", [text(W, Names) || W <- Words]));
event({drain, Messages}, Names) ->
    Items = [[$[, json(sender(M, Names)), $,, json(case M of {'$here'} -> ""; _ -> text(M, Names) end), $]] || M <- Messages],
    ["{\"drain\":[", lists:join($,, Items), "]}"].

sender({'$here'}, _) -> "";
sender({m, From, _}, Names) -> text(From, Names);
sender({'EXIT', Pid, _}, Names) -> text(Pid, Names);
sender({'DOWN', _, process, What, _}, Names) -> text(What, Names);
sender(_, _) -> "timer".

text(Pid, Names) when is_pid(Pid) -> ["<", atom_to_list(maps:get(Pid, Names, '?')), ">"];
text(Ref, Names) when is_reference(Ref) ->
    case Names of #{Ref := {label, L}} -> ["#", atom_to_list(L)]; _ -> "#?" end;
text(Atom, _) when is_atom(Atom) -> camel_case(atom_to_list(Atom));
text(N, _) when is_integer(N) -> integer_to_list(N);
text({_, [{_, _, _, _} | _]}, _) -> "error";
text({m, _, T}, Names) -> text(T, Names);
%% An object in ringbeam, which reads as its first key and all values.
text({bad_combination, [{Key, Value}, {_, Other}]}, Names) -> text({bad_combination, {Key, Value, Other}}, Names);
text({'EXIT', Pid, R}, Names) -> ["EXIT ", text(Pid, Names), " ", text(R, Names)];
text({'DOWN', Ref, process, What, R}, Names) ->
    ["DOWN ", text(Ref, Names), " ", text(What, Names), " ", text(R, Names)];
%% To a request that nobody asked about any more.
text({[alias | _], R}, Names) -> ["reply ", text(R, Names)];
text({timeout, Ref, M}, Names) -> ["timeout ", text(Ref, Names), " ", text(M, Names)];
text({Name, Node}, _) when Node =:= node() -> ["{", atom_to_list(Name), "}"];
text(Tuple, Names) when is_tuple(Tuple) -> ["{", lists:join(",", [text(T, Names) || T <- tuple_to_list(Tuple)]), "}"];
text(List, Names) when is_list(List) -> ["[", lists:join(",", [text(T, Names) || T <- List]), "]"].

%% ringbeam spells OTP's words in camelCase.
camel_case([$_, C | Rest]) -> [string:to_upper(C) | camel_case(Rest)];
camel_case([C | Rest]) -> [C | camel_case(Rest)];
camel_case([]) -> [].

json(Text) -> [$", [case C of $" -> "\\\""; $\\ -> "\\\\"; _ -> C end || C <- lists:flatten(Text)], $"].
