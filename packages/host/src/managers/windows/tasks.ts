import { powershell, systemProgram } from '@polygate/core/windows';
import type { TaskAccount } from '@polygate/core/windows-services';
import {
  parseTaskStates,
  parseWhoami,
  TASK_NAMES,
  TASK_QUERY,
  type TaskState,
  taskStateFromXml,
} from '@polygate/core/windows-services';
import type { CommandOptions, Host } from '../../ports.ts';

/** PowerShell takes a second to begin with, and many on a machine that has just started. */
const ASK_MS = 30_000;

/** What the Task Scheduler says of tasks, by name: undefined for one that is not there, `unknown` where nothing could be learnt. */
export async function askTasks(
  { processes, env }: Pick<Host, 'processes' | 'env'>,
  names: readonly string[],
): Promise<ReadonlyMap<string, TaskState | 'unknown' | undefined>> {
  if (names.length === 0) return new Map();
  const options: CommandOptions = { env: { ...env, [TASK_NAMES]: names.join('|') }, timeoutMs: ASK_MS };
  const told = parseTaskStates((await processes.query(powershell(env, TASK_QUERY), options)).stdout);
  const one = async (name: string): Promise<[string, TaskState | 'unknown' | undefined]> => {
    if (told?.has(name)) return [name, told.get(name)];
    // COM may be forbidden here, or PowerShell missing. What this prints is a task, or nothing that counts: an exit status
    // of 0 alone is no task (schtasks of Wine).
    const asked = await processes.query([systemProgram(env, 'schtasks'), '/Query', '/TN', name, '/XML', '/HRESULT'], {
      timeoutMs: ASK_MS,
    });
    return [name, taskStateFromXml(asked.stdout) ?? 'unknown'];
  };
  return new Map(await Promise.all(names.map(one)));
}

/** Every task of the root folder that could be looked at; none where nobody answers. */
export async function allTasks({ processes, env }: Pick<Host, 'processes' | 'env'>): Promise<Map<string, TaskState>> {
  const options: CommandOptions = { env: { ...env, [TASK_NAMES]: '' }, timeoutMs: ASK_MS };
  const told = parseTaskStates((await processes.query(powershell(env, TASK_QUERY), options)).stdout) ?? new Map();
  return new Map([...told].flatMap(([name, state]) => (state ? [[name, state]] : [])));
}

/** This account as a task names it: by its number, which is the same in every language. */
export async function taskAccount({ processes, users, env }: Host): Promise<TaskAccount> {
  const domain = env.USERDOMAIN?.trim();
  const full = domain ? `${domain}\\${users.name}` : users.name;
  const told = parseWhoami(
    (await processes.query([systemProgram(env, 'whoami'), '/user', '/fo', 'csv', '/nh'], { timeoutMs: ASK_MS })).stdout,
  );
  return told ? { id: told.sid, others: [told.name, full, users.name] } : { id: full, others: [users.name] };
}
