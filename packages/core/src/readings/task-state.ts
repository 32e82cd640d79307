import { parseTask, type Task } from '../formats/task-xml.ts';
import type { ManagerView } from '../status/verdict.ts';
import { unsigned } from './hresult.ts';

/** A task as the Task Scheduler has it. */
export interface TaskState {
  /** 0 unknown, 1 disabled, 2 queued, 3 ready, 4 running (IRegisteredTask.State); undefined: nobody could say. */
  state: number | undefined;
  enabled: boolean;
  /** Exit status of the last run, or a number of the Task Scheduler's own; undefined: not known. */
  lastResult: number | undefined;
  xml: string;
}

/** The variable that the names are given in, `|` between them: what a name says never becomes part of a script. */
export const TASK_NAMES = 'POLYGATE_TASKS';

/**
 * Asks for tasks through COM, in which nothing is translated: `schtasks /Query` answers in the language of the system, its keys
 * included, and in its old code page. Without a name, all tasks of the root folder. No double quote is in it: it is one argument.
 */
export const TASK_QUERY: string = [
  "$ErrorActionPreference='Stop'",
  '[Console]::OutputEncoding=New-Object Text.UTF8Encoding $false',
  '$s=New-Object -ComObject Schedule.Service',
  '$s.Connect()',
  "$f=$s.GetFolder('\\')",
  '$r=New-Object Collections.ArrayList',
  'function Told($n,$t){[void]$r.Add(@{name=$n;state=[int]$t.State;enabled=[bool]$t.Enabled;lastResult=[int]$t.LastTaskResult;xml=[string]$t.Xml})}',
  `if($env:${TASK_NAMES}){foreach($n in $env:${TASK_NAMES}.Split('|')){try{Told $n $f.GetTask($n)}` +
    'catch{$e=$_.Exception;while($e.InnerException){$e=$e.InnerException};[void]$r.Add(@{name=$n;error=[int]$e.HResult})}}}' +
    'else{foreach($t in $f.GetTasks(1)){Told $t.Name $t}}',
  'ConvertTo-Json -Compress -Depth 3 -InputObject @($r)',
].join(';');

/** ERROR_FILE_NOT_FOUND as an HRESULT. */
const NO_SUCH_TASK = 0x80070002;

/**
 * What the query says, by name: undefined for a task that is not there. One that could not be looked at is left out, and the
 * whole answer is undefined when there is none that could be read: an empty one says nothing (a forbidden COM object, Wine's stub).
 */
export function parseTaskStates(stdout: string): Map<string, TaskState | undefined> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(stdout.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  return new Map(
    value.flatMap((one: unknown): [string, TaskState | undefined][] => {
      if (typeof one !== 'object' || one === null) return [];
      const { name, state, enabled, lastResult, xml, error } = one as Record<string, unknown>;
      if (typeof name !== 'string') return [];
      if (typeof error === 'number') return unsigned(error) === NO_SUCH_TASK ? [[name, undefined]] : [];
      if (typeof state !== 'number' || typeof enabled !== 'boolean' || typeof xml !== 'string') return [];
      return [[name, { state, enabled, lastResult: typeof lastResult === 'number' ? unsigned(lastResult) : undefined, xml }]];
    }),
  );
}

/** The same from `schtasks /Query /TN NAME /XML`, which is in no language, but says nothing of whether it runs. */
export function taskStateFromXml(stdout: string): TaskState | undefined {
  const task = parseTask(stdout);
  if (!task) return undefined;
  return { state: undefined, enabled: task.settings['Enabled'] !== 'false', lastResult: undefined, xml: stdout };
}

/** What the Task Scheduler itself puts in the place of an exit status (MS-TSCH 2.3, winerror.h, ntstatus.h). */
const RESULTS: Readonly<Record<number, string>> = {
  267008: 'it is ready',
  267009: 'it runs',
  267010: 'it is disabled',
  267011: 'it has never run',
  267012: 'no more runs are planned',
  267014: 'it was ended by somebody',
  2147750687: 'it ran already',
  2147946720: 'a policy refused it',
  3221225786: 'it was ended by Ctrl+C, or with the session',
  3221225794: 'it was started while the session ended',
};

/** No process of it ended with these by itself. */
const NO_FAILURE = new Set([0, 0x41300, 0x41301, 0x41303, 0x41304, 0x41306]);

/** What the Task Scheduler says of the last run; undefined for the exit status of the program. */
export const explainTaskResult = (result: number): string | undefined => RESULTS[unsigned(result)];

const NAMES = ['unknown', 'disabled', 'queued', 'ready', 'running'];

/** A manager's view of a task. What runs is told by its own process alone: a launcher that has ended may have left it. */
export function taskView({ state, enabled, lastResult, xml }: TaskState): ManagerView {
  const failed = state === 3 && lastResult !== undefined && !NO_FAILURE.has(lastResult);
  const states: ManagerView['state'][] = ['unknown', 'stopped', 'starting', failed ? 'failed' : 'stopped', 'running'];
  const said = lastResult === undefined ? undefined : (explainTaskResult(lastResult) ?? `last result ${lastResult}`);
  return {
    enabled: enabled && startsByItself(parseTask(xml)),
    state: (state === undefined ? undefined : states[state]) ?? 'unknown',
    detail: [NAMES[state ?? 0] ?? 'unknown', ...(said === undefined ? [] : [said])].join(', '),
    pid: undefined,
    // A number of the Task Scheduler's own is no exit status.
    lastExitStatus: lastResult !== undefined && explainTaskResult(lastResult) === undefined ? lastResult : undefined,
    restarts: 0,
    gaveUp: false,
    lastRunMs: undefined,
  };
}

const startsByItself = (task: Task | undefined) => task === undefined || task.triggers.some(({ enabled }) => enabled);
