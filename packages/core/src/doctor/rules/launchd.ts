import { type Rule, rule, type Severity } from '../rule.ts';

/** Every one is mended by the job that an install writes. */
function jobRule(code: string, severity: Severity, about: string): Rule {
  return rule({
    code,
    severity,
    about,
    needs: ['definition'],
    repair: 'install',
    check: ({ definition: { job, path }, instance }) =>
      (job?.policy ?? [])
        .filter((one) => one.code === code)
        .map(({ says }) => ({
          message: `${says}: ${path}`,
          fix: `${instance.command} gateway install --force`,
          paths: [path],
        })),
  });
}

/** Jobs as they were written by earlier generations and by hand (launchd.plist(5), and field reports). */
export const launchdRules: readonly Rule[] = [
  rule({
    code: 'launchd-plist-faulty',
    severity: 'error',
    about: 'The plist is not taken as it is meant: an unknown key, a value of the wrong form, a relative path, another label.',
    needs: ['definition'],
    repair: 'install',
    check: ({ definition: { job, path }, instance }) =>
      (job?.faults ?? []).map((said) => ({
        message: `launchd does not take it as it is meant: ${said}: ${path}`,
        fix: `${instance.command} gateway install --force`,
        paths: [path],
      })),
  }),
  jobRule(
    'launchd-keep-alive',
    'warning',
    'KeepAlive is missing, or has conditions under which the gateway stays down, or is started for ever.',
  ),
  jobRule(
    'launchd-fatal-restarts',
    'info',
    'KeepAlive is true: exit 78, which only an edit can help, is followed by another start, for ever.',
  ),
  jobRule(
    'launchd-exit-timeout',
    'warning',
    'ExitTimeOut is not set (field reports: SIGKILL after five seconds), or 0, which is endless.',
  ),
  jobRule(
    'launchd-throttle',
    'warning',
    'ThrottleInterval is shorter than five seconds: one that fails at once fills the disk with log lines.',
  ),
  jobRule(
    'launchd-process-type',
    'info',
    'ProcessType is not Interactive: CPU and disk are throttled, for what the gateway starts as well.',
  ),
  jobRule(
    'launchd-umask',
    'info',
    'Umask is not set, or was written as if it were octal: others may read what the gateway writes.',
  ),
  jobRule('launchd-timeout-key', 'info', 'TimeOut is set, which does nothing of what it sounds like.'),
];
