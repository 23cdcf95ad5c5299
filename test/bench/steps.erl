%% What the programs of many rows are made of. The same in TypeScript: steps.ts.
-module(steps).
-export([ns/1, times/2, in_bursts/3, receive_all/1, kill_all/1, on/2, six/1, binary/2]).

%% The ns that Work takes.
ns(Work) ->
    Start = erlang:monotonic_time(nanosecond),
    Work(),
    erlang:monotonic_time(nanosecond) - Start.

times(N, One) -> times(1, N, One).

times(I, N, _) when I > N -> ok;
times(I, N, One) ->
    One(I),
    times(I + 1, N, One).

%% The ns of N operations in bursts, each ended by a message to the caller.
in_bursts(N, Size, One) ->
    Bursts = ceil(N / Size),
    Ns = ns(fun() -> times(Bursts, fun(B) ->
        times(Size, fun(I) -> One((B - 1) * Size + I) end),
        receive _ -> ok end
    end) end),
    Ns * N / (Bursts * Size).

receive_all(Count) -> times(Count, fun(_) -> receive _ -> ok end end).

kill_all(Pids) -> lists:foreach(fun(Pid) -> exit(Pid, kill) end, Pids).

%% Spawns on one scheduler, where it stays: not documented by OTP, and the only way to know where a process is.
on(Scheduler, Body) -> spawn_opt(Body, [{scheduler, Scheduler}]).

%% A message of six keys.
six(I) -> #{a => I, b => I + 1, c => three, d => I + 3, e => I + 4, f => I + 5}.

%% A binary of so many bytes, made anew. Copied from a piece: byte by byte is a hundred times slower, and is not what is
%% measured.
binary(Bytes, I) when Bytes rem 1024 =:= 0 -> binary:copy(<<I:(1024 * 8)>>, Bytes div 1024);
binary(Bytes, I) when Bytes rem 1000 =:= 0 -> binary:copy(<<I:(1000 * 8)>>, Bytes div 1000);
binary(Bytes, I) -> <<I:(Bytes * 8)>>.
