%% Erlang's side of the benchmarks: for each line "N" or "N X" on standard input a round of the row that it was started
%% for, in a process of its own, and a line of JSON with its raw figures. Ends with its standard input.
-module(bench).
-export([main/1]).

main([Family, Row]) -> loop(list_to_atom(Family), list_to_atom(Row)).

loop(Family, Row) ->
    case io:get_line("") of
        eof -> halt(0, [{flush, false}]);
        Line ->
            Args = [list_to_integer(Word) || Word <- string:lexemes(Line, " \n")],
            io:put_chars(["\n", round(Family, Row, Args), "\n"]),
            loop(Family, Row)
    end.

round(Family, Row, Args) ->
    {Pid, Ref} = spawn_monitor(fun() -> exit({figures, apply(Family, Row, Args)}) end),
    receive
        {'DOWN', Ref, process, Pid, {figures, Figures}} when is_list(Figures) -> answer(Figures);
        {'DOWN', Ref, process, Pid, {figures, Figure}} -> answer([Figure]);
        {'DOWN', Ref, process, Pid, Reason} -> io_lib:format("{\"error\":\"~s\"}", [escape(Reason)])
    end.

answer(Figures) ->
    ["{\"raw\":[", lists:join(",", [io_lib:format("~.3f", [float(F)]) || F <- Figures]), "]}"].

escape(Reason) ->
    [C || C <- lists:flatten(io_lib:format("~0p", [Reason])), C =/= $", C =/= $\\, C >= 32].
