%% State machines of conformance scenarios, on OTP's own gen_statem; the counterpart of machine.ts.
-module(oracle_statem).
-behaviour(gen_statem).
-export([start/3]).
-export([init/1, callback_mode/0, handle_event/4, terminate/3]).

start(Name, Conductor, #{alone := true} = Wish) -> gen_statem:start(?MODULE, {Name, Conductor, Wish}, []);
start(Name, Conductor, Wish) -> gen_statem:start_link(?MODULE, {Name, Conductor, Wish}, []).

callback_mode() -> [handle_event_function, state_enter].

init({Name, Conductor, #{state := State} = Wish}) ->
    case Wish of #{trap := true} -> process_flag(trap_exit, true); _ -> ok end,
    {Data, Actions} = act(maps:get(init, Wish, #{}), none, #{name => Name, conductor => Conductor, wish => Wish, held => []}),
    {ok, State, Data, Actions}.

handle_event(enter, Old, State, #{wish := Wish} = D) ->
    log(D, [enter, Old, State]),
    case maps:get(State, maps:get(enter, Wish, #{}), #{}) of
        #{crash := true} -> error(crash);
        #{stop := Reason} -> {stop, term(Reason)};
        #{repeat := true} = Move -> {D1, Actions} = act(Move, none, D), {repeat_state, D1, Actions};
        Move -> {D1, Actions} = act(Move, none, D), {keep_state, D1, Actions}
    end;
%% The probe of the barrier.
handle_event({call, From}, count_children, _, _) -> {keep_state_and_data, [{reply, From, ok}]};
handle_event({call, From}, Event, State, D) -> handle(call, Event, From, State, D);
handle_event(info, {machine, Event}, State, D) -> handle(info, Event, none, State, D);
handle_event(info, Message, State, D) -> log(D, [info, Message, State]), keep_state_and_data;
handle_event({timeout, Name}, Event, State, D) -> handle(Name, Event, none, State, D);
handle_event(Type, Event, State, D) -> handle(Type, Event, none, State, D).

%% An error comes without its stack here.
terminate(crash, State, D) -> log(D, [terminate, error, State]);
terminate(Reason, State, D) -> log(D, [terminate, Reason, State]).

handle(Type, [Tag | Moves], From, State, D) ->
    log(D, [Type, Tag, State]),
    Here = case Moves of [#{State := M}] -> M; _ -> #{} end,
    case Here of
        #{crash := true} -> error(crash);
        #{stop := Reason, reply := Reply} -> {stop_and_reply, term(Reason), [{reply, From, term(Reply)}]};
        #{stop := Reason} -> {stop, term(Reason)};
        #{next := Next} = Move -> {D1, Actions} = act(Move, From, D), {next_state, Next, D1, Actions};
        #{repeat := true} = Move -> {D1, Actions} = act(Move, From, D), {repeat_state, D1, Actions};
        Move -> {D1, Actions} = act(Move, From, D), {keep_state, D1, Actions}
    end.

act(Move, From, #{held := Held} = D) ->
    Holding = case Move of #{hold := true} -> Held ++ [From]; _ -> Held end,
    {Left, HeldReply} =
        case Move of
            #{replyHeld := R} -> {tl(Holding), [{reply, hd(Holding), term(R)}]};
            _ -> {Holding, []}
        end,
    Reply = case Move of #{reply := R1} -> [{reply, From, term(R1)}]; _ -> [] end,
    Postpone = case Move of #{postpone := true} -> [postpone]; _ -> [] end,
    Insert = [{next_event, Type, Event} || [Type, Event] <- maps:get(insert, Move, [])],
    Timeouts = [timeout(T) || T <- maps:get(timeouts, Move, [])],
    {D#{held := Left}, Reply ++ HeldReply ++ Postpone ++ Insert ++ Timeouts}.

timeout([Key, cancel]) -> {key(Key), cancel};
timeout([Key, What, Event]) -> {key(Key), What, Event}.

key(event) -> timeout;
key(state) -> state_timeout;
key(Name) -> {timeout, Name}.

term(T) -> oracle:term(T, #{bound => #{}}).

log(#{conductor := Conductor, name := Name}, Words) ->
    Ref = make_ref(),
    Conductor ! {{'$log', [Name | Words]}, Ref, self()},
    receive {'$noted', Ref, _} -> ok end.
