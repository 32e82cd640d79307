import { jobFaults } from '../formats/launchd-plist.ts';
import { isDict, type PlistDict, readPlist } from '../formats/plist.ts';
import type { AuditIssue } from '../gen/output.gen.ts';
import { portIssues, programIssues, secretIssues } from './audit-common.ts';
import { readJob } from './launchd.ts';
import { portOf } from './recognise.ts';

/** A plist as it lies on disk, with what else tells of its gateway. */
export interface AuditedJob {
  text: string;
  /** Permission bits of the file. */
  mode: number;
  label: string;
  configPort?: number | undefined;
}

/** What is wrong with a job, whoever wrote it. Never a value of a secret. */
export function auditJob({ text, mode, label, configPort }: AuditedJob): AuditIssue[] {
  const { dict, fault } = readPlist(text);
  if (!dict) return [issue('launchd-plist-unreadable', `launchd cannot read it: ${fault}`)];
  const definition = readJob(dict);
  if (!definition) return [issue('gateway-command-missing', 'The job runs nothing: it has no ProgramArguments')];
  return [
    ...secretIssues(definition.environment, mode, 'plist'),
    ...jobFaults(dict, label).map((said) => issue('launchd-plist-faulty', `launchd does not take it as it is meant: ${said}`)),
    ...(mode & 0o022
      ? [issue('launchd-plist-writable', `Others may write it, and launchd refuses such a file (mode ${mode.toString(8)})`)]
      : []),
    ...jobPolicyIssues(dict).map(({ code, says }) => issue(code, says)),
    ...programIssues(definition.argv),
    ...portIssues(portOf(definition.argv), configPort),
  ];
}

/** What of a job's policy harms a gateway (launchd.plist(5), and field reports). */
export function jobPolicyIssues(job: PlistDict): { code: string; says: string }[] {
  const { KeepAlive: keep, ExitTimeOut: patience, ThrottleInterval: pause, ProcessType: type, Umask: umask } = job;
  const found: { code: string; says: string }[] = [];
  const say = (code: string, says: string) => found.push({ code, says });
  if (keep === undefined || keep === false) say('launchd-keep-alive', 'KeepAlive is not set: it stays down once it has ended');
  if (keep === true)
    say('launchd-fatal-restarts', 'KeepAlive is true: a fatal configuration error (exit 78) is tried again for ever');
  if (isDict(keep) && keep.Crashed === false)
    say('launchd-keep-alive', 'KeepAlive has Crashed=false: it is started again whenever it did not crash, for ever');
  if (isDict(keep) && keep.Crashed === true && keep.SuccessfulExit === undefined)
    say('launchd-keep-alive', 'KeepAlive has Crashed=true alone: it stays down after SIGKILL and after an error exit');
  if (patience === undefined)
    say('launchd-exit-timeout', 'ExitTimeOut is not set: it may be killed five seconds after it was asked to end');
  if (patience === 0) say('launchd-exit-timeout', 'ExitTimeOut is 0: a gateway that hangs holds up a shutdown for ever');
  if (typeof pause === 'number' && pause < 5)
    say('launchd-throttle', `ThrottleInterval is ${pause}: one that fails at once fills the disk with log lines`);
  if (type !== 'Interactive' && type !== 'Adaptive')
    say('launchd-process-type', `ProcessType is ${type ?? 'not set'}: CPU and disk are throttled`);
  if (umask === undefined) say('launchd-umask', 'Umask is not set: others may read what it writes');
  if (typeof umask === 'number' && [77, 22, 27, 7].includes(umask))
    say('launchd-umask', `Umask is ${umask} in decimal, which is 0${umask.toString(8)}: 63 is 077, and 18 is 022`);
  if (job.TimeOut !== undefined)
    say('launchd-timeout-key', 'TimeOut does nothing of what it sounds like: ThrottleInterval and ExitTimeOut do');
  return found;
}

const issue = (code: string, message: string): AuditIssue => ({ code, message, level: 'recommended' });
