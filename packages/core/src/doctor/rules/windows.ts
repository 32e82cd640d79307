import { type Rule, rule, type Severity } from '../rule.ts';

/** Every one is mended by what an install writes. */
function windowsRule(code: string, severity: Severity, about: string): Rule {
  return rule({
    code,
    severity,
    about,
    needs: ['definition'],
    repair: 'install',
    check: ({ definition: { windows = [], path }, instance }) =>
      windows
        .filter((one) => one.code === code)
        .map(({ says }) => ({
          message: `${says}: ${path}`,
          fix: `${instance.command} gateway install --force`,
          paths: [path],
        })),
  });
}

/** Tasks, scripts and configurations of WinSW as earlier generations and people write them (Task Scheduler schema, field reports). */
export const windowsRules: readonly Rule[] = [
  windowsRule(
    'windows-task-time-limit',
    'error',
    'ExecutionTimeLimit is not PT0S: by default the gateway is ended after 72 hours.',
  ),
  windowsRule('windows-task-battery', 'warning', 'On battery the gateway is not started, or is ended.'),
  windowsRule('windows-task-idle', 'warning', 'The gateway runs only while nobody uses the machine.'),
  windowsRule(
    'windows-task-priority',
    'info',
    'Priority is 7 or more, below normal, which is the default: CPU, disk and memory are throttled.',
  ),
  windowsRule('windows-task-parallel', 'warning', 'A second start runs a second gateway on the same port.'),
  windowsRule('windows-task-any-logon', 'warning', 'The trigger names no account: it is for the logon of anybody.'),
  windowsRule('windows-task-no-trigger', 'warning', 'Nothing starts the task by itself.'),
  windowsRule('windows-task-window', 'info', 'The task has a window, and whoever closes it ends the gateway.'),
  windowsRule('windows-script-quoting', 'error', 'A value in the script is not in quotes, and cmd takes it apart.'),
  windowsRule('windows-script-no-restart', 'warning', 'The script ends with its gateway: nothing starts it again.'),
  windowsRule('winsw-unknown-element', 'warning', 'An element that WinSW 2.x does not know, and reads over.'),
  windowsRule('winsw-delayed-start', 'info', 'WinSW 2.x takes `<delayedAutoStart>false</delayedAutoStart>` for true.'),
  windowsRule(
    'winsw-account',
    'error',
    'The service runs as the system itself: WinSW 2.x finds no account in the configuration.',
  ),
  windowsRule('winsw-password', 'error', 'The password of an account stands in the configuration.'),
  windowsRule('winsw-log-mode', 'error', 'A log mode with which WinSW installs the service and fails at every start.'),
  windowsRule('winsw-no-restart', 'warning', 'The service stays down once it has failed.'),
  windowsRule('winsw-duration', 'error', 'A duration that WinSW cannot read.'),
  windowsRule('winsw-argument', 'error', 'An `<argument>` that does not arrive as it is written.'),
];
