import type { Task } from '../formats/task-xml.ts';
import type { ServiceDefinition } from './definition.ts';
import type { Drift } from './diff.ts';
import { CONSOLE, hiddenLine } from './windows-launcher.ts';

/** An account of Windows, by as many names as are known of it. */
export interface TaskAccount {
  /** `S-1-5-21-…`, `PC\ana` or `ana`: what is written into a task. */
  id: string;
  /** Others by which Windows may tell it again. */
  others: readonly string[];
}

/**
 * The settings of every task that Polygate registers. What Windows does by itself is made for backups, not for services: an end
 * after 72 hours, none of it on battery, an end when the machine is no longer idle, a priority below normal. RestartOnFailure is
 * for a launcher that was ended: of a gateway, the launcher takes care.
 */
export const TASK_SETTINGS: Readonly<Record<string, string>> = {
  MultipleInstancesPolicy: 'IgnoreNew',
  DisallowStartIfOnBatteries: 'false',
  StopIfGoingOnBatteries: 'false',
  AllowHardTerminate: 'true',
  StartWhenAvailable: 'true',
  RunOnlyIfNetworkAvailable: 'false',
  'IdleSettings.StopOnIdleEnd': 'false',
  'IdleSettings.RestartOnIdle': 'false',
  AllowStartOnDemand: 'true',
  Enabled: 'true',
  Hidden: 'false',
  RunOnlyIfIdle: 'false',
  WakeToRun: 'false',
  ExecutionTimeLimit: 'PT0S',
  Priority: '5',
  'RestartOnFailure.Interval': 'PT1M',
  'RestartOnFailure.Count': '3',
};

/**
 * The task of a service: at the logon of its account, as that account, without a window. Both ids are the account's: a task for
 * anybody's logon is an administrator's to register.
 */
export function taskFor(definition: Pick<ServiceDefinition, 'description'>, launcher: string, account: TaskAccount): Task {
  return {
    description: definition.description,
    author: 'Polygate',
    triggers: [{ kind: 'LogonTrigger', userId: account.id, enabled: true }],
    principal: { userId: account.id, logonType: 'InteractiveToken', runLevel: 'LeastPrivilege' },
    settings: { ...TASK_SETTINGS },
    actions: [{ command: CONSOLE, arguments: hiddenLine(launcher), workingDirectory: '' }],
  };
}

/** How a registered task differs from the wanted one in what matters. Windows writes accounts, and an absent default, its own way. */
export function diffTask(installed: Task, wanted: Task, account: TaskAccount): Drift[] {
  const names = [account.id, ...account.others].map((name) => name.toLowerCase());
  const own = (id: string | undefined) => (id !== undefined && names.includes(id.toLowerCase()) ? account.id : id);
  const trigger = ({ triggers }: Task) =>
    triggers
      .map(({ kind, userId, enabled }) => `${kind}${enabled ? '' : ' (disabled)'} of ${own(userId) ?? 'anybody'}`)
      .join(', ');
  const action = ({ actions }: Task) => actions.map((one) => `${one.command} ${one.arguments}`.trim()).join('; ');
  const setting = (task: Task, name: string) => task.settings[name] ?? DEFAULTS[name];
  const fields: [string, string | undefined, string | undefined][] = [
    ['task action', action(installed), action(wanted)],
    ['task trigger', trigger(installed), trigger(wanted)],
    ['task account', own(installed.principal.userId), own(wanted.principal.userId)],
    ['task logon', installed.principal.logonType, wanted.principal.logonType],
    ['task rights', installed.principal.runLevel ?? 'LeastPrivilege', wanted.principal.runLevel],
    ...Object.keys(wanted.settings).map((name): [string, string | undefined, string | undefined] => [
      `task ${name}`,
      setting(installed, name),
      setting(wanted, name),
    ]),
  ];
  return fields.filter(([, a, b]) => a !== b).map(([field, a, b]) => ({ field, installed: a, wanted: b }));
}

/** What a setting that is not there means (MicrosoftDocs/win32, Task Scheduler schema). Windows leaves some out when it exports. */
export const DEFAULTS: Readonly<Record<string, string>> = {
  MultipleInstancesPolicy: 'IgnoreNew',
  DisallowStartIfOnBatteries: 'true',
  StopIfGoingOnBatteries: 'true',
  AllowHardTerminate: 'true',
  StartWhenAvailable: 'false',
  RunOnlyIfNetworkAvailable: 'false',
  'IdleSettings.StopOnIdleEnd': 'true',
  'IdleSettings.RestartOnIdle': 'false',
  AllowStartOnDemand: 'true',
  Enabled: 'true',
  Hidden: 'false',
  RunOnlyIfIdle: 'false',
  WakeToRun: 'false',
  ExecutionTimeLimit: 'PT72H',
  Priority: '7',
};
