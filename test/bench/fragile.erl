%% The supervisor of `restarts` and its child, which says that it is up, and ends when it is told to.
-module(fragile).
-export([init/1, start_link/1, handle_call/3, handle_cast/2, handle_info/2]).

init({supervisor, Intensity, To}) ->
    {ok, {#{strategy => one_for_one, intensity => Intensity, period => 1},
          [#{id => fragile, start => {?MODULE, start_link, [To]}}]}};
init({child, To}) ->
    To ! self(),
    {ok, none}.

start_link(To) -> gen_server:start_link(?MODULE, {child, To}, []).

handle_call(_, _, State) -> {reply, ok, State}.
handle_cast(_, State) -> {noreply, State}.
handle_info('end', State) -> {stop, normal, State}.
