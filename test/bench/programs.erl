%% Small programs of many processes, placed wherever the runtime likes. The same in TypeScript: programs.ts.
-module(programs).
-export([big/1, chameneos/1, task/1]).

-define(EVERYBODY, 200).
-define(CREATURES, 10).
-define(SMALL_FIB, 10).

big(N) ->
    Self = self(),
    All = [spawn(fun() -> everybody(Self, 0) end) || _ <- lists:seq(1, ?EVERYBODY)],
    Pings = ?EVERYBODY * (?EVERYBODY - 1),
    Times = ceil(N / Pings),
    Ns = steps:ns(fun() -> steps:times(Times, fun(_) ->
        [Pid ! {go, All} || Pid <- All],
        steps:receive_all(?EVERYBODY)
    end) end),
    steps:kill_all(All),
    Ns * N / (Times * Pings).

everybody(Parent, Left) ->
    receive
        {ping, From} -> From ! pong, everybody(Parent, Left);
        pong when Left =:= 1 -> Parent ! done, everybody(Parent, 0);
        pong -> everybody(Parent, Left - 1);
        {go, All} ->
            [Pid ! {ping, self()} || Pid <- All, Pid =/= self()],
            everybody(Parent, length(All) - 1)
    end.

chameneos(N) ->
    Self = self(),
    Creatures = [spawn(fun() -> creature(Self, lists:nth(I rem 3 + 1, [blue, red, yellow])) end)
                 || I <- lists:seq(0, ?CREATURES - 1)],
    Ns = steps:ns(fun() -> steps:times(N, fun(_) ->
        receive {A, ColourA} -> receive {B, ColourB} ->
            A ! ColourB,
            B ! ColourA
        end end
    end) end),
    steps:kill_all(Creatures),
    Ns.

creature(Place, Colour) ->
    Place ! {self(), Colour},
    receive Other -> creature(Place, blend(Colour, Other)) end.

blend(Same, Same) -> Same;
blend(A, B) -> hd([blue, red, yellow] -- [A, B]).

task(N) ->
    Self = self(),
    steps:ns(fun() -> steps:times(N, fun(_) ->
        {Pid, Ref} = spawn_monitor(fun() -> Self ! {self(), fib(?SMALL_FIB)} end),
        receive {Pid, _} -> demonitor(Ref, [flush]) end
    end) end).

fib(N) when N < 2 -> N;
fib(N) -> fib(N - 1) + fib(N - 2).
