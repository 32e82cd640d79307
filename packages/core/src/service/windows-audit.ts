import { isOwnServiceCmd, parseServiceCmd } from '../formats/cmd-launcher.ts';
import { parseTask, type Task } from '../formats/task-xml.ts';
import type { AuditIssue } from '../gen/output.gen.ts';
import { portIssues, programIssues, secretIssues } from './audit-common.ts';
import { portOf } from './recognise.ts';
import { DEFAULTS } from './task-scheduler.ts';

/** A batch file that runs a gateway, with what starts it. */
export interface AuditedLauncher {
  text: string;
  /** The task as the Task Scheduler has it. */
  registered?: string | undefined;
  configPort?: number | undefined;
}

/** What is wrong with a launcher and its task, whoever wrote them. Never a value of a secret. */
export function auditLauncher({ text, registered, configPort }: AuditedLauncher): AuditIssue[] {
  const launcher = parseServiceCmd(text);
  if (!launcher) return [issue('gateway-command-missing', 'The script runs nothing')];
  const task = registered === undefined ? undefined : parseTask(registered);
  return [
    ...secretIssues(launcher.environment, 0, 'script'),
    ...scriptIssues(text).map(({ code, says }) => issue(code, says)),
    ...(task ? taskPolicyIssues(task).map(({ code, says }) => issue(code, says)) : []),
    ...programIssues(launcher.argv),
    ...portIssues(portOf(launcher.argv), configPort),
  ];
}

/** What harms in a batch file: it is taken apart by cmd, and ends with its program. */
export function scriptIssues(text: string): { code: string; says: string }[] {
  const unquoted = text.split(/\r?\n/).filter((line) => /^@?set\s+[^"/]/i.test(line) && /[&|<>^]/.test(line));
  const found = unquoted.map((line) => ({
    code: 'windows-script-quoting',
    says: `The value of ${/set\s+([^=]*)/i.exec(line)?.[1] ?? 'a variable'} is not in quotes: cmd takes it apart at & | < > ^`,
  }));
  if (!isOwnServiceCmd(text))
    found.push({ code: 'windows-script-no-restart', says: 'The script ends with its gateway, and nothing starts it again' });
  return found;
}

/** What of a task's settings harms a gateway (Task Scheduler schema, and field reports). */
export function taskPolicyIssues(task: Task): { code: string; says: string }[] {
  const at = (name: string) => task.settings[name] ?? DEFAULTS[name];
  const found: { code: string; says: string }[] = [];
  const say = (code: string, says: string) => found.push({ code, says });
  const limit = at('ExecutionTimeLimit');
  if (limit !== 'PT0S') say('windows-task-time-limit', `ExecutionTimeLimit is ${limit}: the gateway is ended after that time`);
  if (at('DisallowStartIfOnBatteries') !== 'false')
    say('windows-task-battery', 'It is not started while the machine is on battery');
  if (at('StopIfGoingOnBatteries') !== 'false') say('windows-task-battery', 'It is ended when the machine goes on battery');
  if (at('RunOnlyIfIdle') === 'true') say('windows-task-idle', 'It runs only while nobody uses the machine');
  if (Number(at('Priority')) >= 7)
    say('windows-task-priority', `Priority is ${at('Priority')}: CPU, disk and memory are throttled`);
  if (at('MultipleInstancesPolicy') === 'Parallel')
    say('windows-task-parallel', 'A second start runs a second gateway, on the same port');
  if (task.triggers.some(({ kind, userId }) => kind === 'LogonTrigger' && userId === undefined))
    say('windows-task-any-logon', 'It starts with the logon of anybody, which an administrator alone may register');
  if (task.triggers.length === 0) say('windows-task-no-trigger', 'Nothing starts it by itself');
  if (task.actions.some(({ command }) => /\.(cmd|bat)"?$|powershell/i.test(command)))
    say('windows-task-window', 'It has a window, and whoever closes it ends the gateway');
  return found;
}

/** What stands in the way of adopting a script, and which triggers of its task would not be taken over. */
export function launcherDoubts(text: string, registered: string | undefined): { obstacle: string | undefined; lost: string[] } {
  const command = parseServiceCmd(text);
  const task = registered === undefined ? undefined : parseTask(registered);
  const expanded = [...(command?.argv ?? []), ...Object.values(command?.environment ?? {})].some((value) =>
    /%[^%\s]+%/.test(value),
  );
  const calls = text.split(/\r?\n/).filter((line) => /^\s*@?(call|start|for)\s/i.test(line)).length;
  return {
    obstacle: isOwnServiceCmd(text)
      ? undefined
      : expanded
        ? 'it has variables of cmd in it (such as %APPDATA%)'
        : calls > 0
          ? 'it runs several commands'
          : undefined,
    lost: (task?.triggers ?? []).filter(({ kind }) => kind !== 'LogonTrigger').map(({ kind }) => `Triggers.${kind}`),
  };
}

const issue = (code: string, message: string): AuditIssue => ({ code, message, level: 'recommended' });
