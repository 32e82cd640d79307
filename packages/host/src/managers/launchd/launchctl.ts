import {
  type DomainKind,
  type JobProperties,
  launchctlState,
  parseLaunchctlPrint,
  parsePrintDisabled,
} from '@polygate/core/launchd';
import type { CommandOptions, CommandResult, Host } from '../../ports.ts';

/** launchctl needs nothing of the caller's environment. `bootout` of a job may take as long as the job does to end. */
export const launchctlOptions = ({ env }: Pick<Host, 'env'>): CommandOptions => ({
  env: { PATH: env.PATH, HOME: env.HOME, LC_ALL: 'C' },
  timeoutMs: 180_000,
});

/** Questions to launchd. Each is one process. */
export function launchctl(host: Host): {
  ask(...args: string[]): Promise<CommandResult>;
  /** undefined: launchd does not have it there, or cannot be asked. */
  print(domain: string, label: string): Promise<JobProperties | undefined>;
  /** undefined: it cannot be asked. */
  isDisabled(domain: string, label: string): Promise<boolean | undefined>;
  hasDomain(domain: string): Promise<boolean>;
} {
  const ask = (...args: string[]) => host.processes.query(['launchctl', ...args], launchctlOptions(host));
  return {
    ask,
    async print(domain, label) {
      const { code, stdout } = await ask('print', `${domain}/${label}`);
      return code === 0 ? parseLaunchctlPrint(stdout) : undefined;
    },
    async isDisabled(domain, label) {
      const { code, stdout } = await ask('print-disabled', domain);
      return code === 0 ? (parsePrintDisabled(stdout).get(label) ?? false) : undefined;
    },
    async hasDomain(domain) {
      const { code, stderr } = await ask('print', domain);
      return launchctlState(code, stderr) === 'done';
    },
  };
}

/** The domain of an account's job, by its number: never root's for a person who is root for one command. */
export const accountDomain = (kind: DomainKind, uid: number): string => (kind === 'system' ? 'system' : `${kind}/${uid}`);
