%% Of `registry-dispatch`: says so each time that it has read so many messages.
-module(subscriber).
-behaviour(gen_server).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2]).

init({Register, Dispatches}) -> {ok, {Register(), Dispatches, Dispatches}}.

handle_call(_, _, State) -> {reply, ok, State}.

handle_cast(_, State) -> {noreply, State}.

handle_info(_, {Publisher, Dispatches, 1}) ->
    Publisher ! read,
    {noreply, {Publisher, Dispatches, Dispatches}};
handle_info(_, {Publisher, Dispatches, Left}) -> {noreply, {Publisher, Dispatches, Left - 1}}.
