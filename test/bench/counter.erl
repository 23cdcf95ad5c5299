%% The server of `call`, `cast` and their kin.
-module(counter).
-behaviour(gen_server).
-export([init/1, handle_call/3, handle_cast/2]).

init(_) -> {ok, 0}.

handle_call({add, By}, _, Count) -> {reply, Count + By, Count + By};
handle_call(get, _, Count) -> {reply, Count, Count}.

handle_cast({add, By}, Count) -> {noreply, Count + By}.
