%% The state machine of `statem`.
-module(lamp).
-behaviour(gen_statem).
-export([callback_mode/0, init/1, on/3, off/3]).

callback_mode() -> state_functions.

init(_) -> {ok, off, 0}.

on(cast, flip, Flips) -> {next_state, off, Flips + 1};
on(Type, Event, Flips) -> any(Type, Event, Flips).

off(cast, flip, Flips) -> {next_state, on, Flips + 1};
off(Type, Event, Flips) -> any(Type, Event, Flips).

any({call, From}, flips, Flips) -> {keep_state, Flips, [{reply, From, Flips}]}.
