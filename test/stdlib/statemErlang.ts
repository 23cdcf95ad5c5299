/** Runs the scenarios on the real `gen_statem`, in one run of `erl`, in a directory of its own. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Scenario } from "./statemScenarios.js";

export const hasErlang = spawnSync("erlc", ["-help"], { stdio: "ignore" }).error === undefined;

const MODULE = `
-module(scripted).
-behaviour(gen_statem).
-export([main/0, init/1, callback_mode/0, handle_event/4]).

main() ->
    {ok, Scenarios} = file:consult("scenarios"),
    [run(S) || S <- Scenarios],
    halt(0).

run({Name, Enter, Init, First}) ->
    {ok, Pid} = gen_statem:start_link(?MODULE, {self(), Enter, Init}, []),
    gen_statem:cast(Pid, First),
    receive {trace, Trace} -> io:format("~s~n", [lists:join("|", [Name | Trace])]) after 5000 -> halt(1) end,
    gen_statem:stop(Pid).

callback_mode() -> [handle_event_function, state_enter].

init({Observer, Enter, Init}) ->
    {ok, a, #{observer => Observer, enter => Enter, trace => []}, lists:flatmap(fun action/1, Init)}.

handle_event(enter, Old, State, #{enter := Enter, trace := Trace} = Data) ->
    Actions = lists:flatmap(fun action/1, maps:get(State, Enter, [])),
    {keep_state, Data#{trace := [io_lib:format("enter ~s from ~s", [State, Old]) | Trace]}, Actions};
handle_event(Type, [Tag | Rest], State, #{trace := Trace0} = Data0) ->
    Trace = [io_lib:format("~s ~s in ~s", [type(Type), Tag, State]) | Trace0],
    Data = Data0#{trace := Trace},
    Tag =:= 'end' andalso (maps:get(observer, Data) ! {trace, lists:reverse(Trace)}),
    Todo = case Rest of [] -> #{}; [T] -> T end,
    Ops = maps:get(State, Todo, maps:get(any, Todo, [])),
    Actions = lists:flatmap(fun action/1, Ops),
    case [S || [next, S] <- Ops] of
        [Next] -> {next_state, Next, Data, Actions};
        [] -> case lists:member([repeat], Ops) of
                  true -> {repeat_state, Data, Actions};
                  false -> {keep_state, Data, Actions}
              end
    end.

type(timeout) -> eventTimeout;
type(state_timeout) -> stateTimeout;
type({timeout, Name}) -> Name;
type(Type) -> Type.

action([postpone]) -> [postpone];
action([postpone, Flag]) -> [{postpone, Flag}];
action([insert, Type, Event]) -> [{next_event, Type, Event}];
action([timeout, Kind, cancel, _]) -> [{kind(Kind), cancel}];
action([timeout, Kind, Time, Event]) -> [{kind(Kind), Time, Event}];
action([mail, Events]) -> [gen_statem:cast(self(), E) || E <- Events], [];
action([wait, Ms]) -> timer:sleep(Ms), [];
action(_) -> [].

kind(event) -> timeout;
kind(state) -> state_timeout;
kind(Name) -> {timeout, Name}.
`;

/** The trace of each scenario, by name. */
export function tracesOfErlang(scenarios: Record<string, Scenario>): Record<string, string[]> {
  const folder = mkdtempSync(join(tmpdir(), "ringbeam-statem-"));
  try {
    writeFileSync(join(folder, "scripted.erl"), MODULE);
    const terms = Object.entries(scenarios).map(
      ([name, { enter = {}, init = [], first }]) =>
        `{${JSON.stringify(name)}, ${erlang(enter)}, ${erlang(init)}, ${erlang(first)}}.\n`,
    );
    writeFileSync(join(folder, "scenarios"), terms.join(""));
    execFileSync("erlc", ["scripted.erl"], { cwd: folder });
    const output = execFileSync("erl", ["-noshell", "-run", "scripted", "main"], {
      cwd: folder,
      encoding: "utf8",
      timeout: 60_000,
    });
    const lines = output.split("\n").filter((line) => line.includes("|"));
    return Object.fromEntries(lines.map((line) => line.split("|")).map(([name, ...trace]) => [name, trace]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Strings become atoms, arrays lists, objects maps. */
function erlang(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(erlang).join(",")}]`;
  if (typeof value === "object")
    return `#{${Object.entries(value!)
      .map(([key, item]) => `'${key}' => ${erlang(item)}`)
      .join(",")}}`;
  return typeof value === "string" ? `'${value}'` : String(value);
}
