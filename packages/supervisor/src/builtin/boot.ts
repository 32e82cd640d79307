import type { Step } from '@polygate/core';
import { bootLine, hasBootLine, withBootLine, withoutBootLine } from '@polygate/core/service';
import type { Folders, Host, Users } from '@polygate/host';

/** Variables by which a supervisor finds its folders: cron gives it none of them. */
const PLACES = ['POLYGATE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME'];
const ASK_MS = 10_000;

/** The account's crontab, and what of it is ours. */
export interface Boot {
  /** The services are started with the machine. */
  readonly enabled: boolean;
  /** Why they cannot be; undefined when they can. */
  readonly reason: string | undefined;
  /** What makes it so; nothing when it is so, or cannot be. */
  enable(): Step[];
  disable(): Step[];
}

/** Reads the crontab. `polygate` is how Polygate is called. */
export async function lookAtBoot(host: Host, folders: Folders, polygate: readonly string[]): Promise<Boot> {
  const { env } = host;
  const places = Object.fromEntries(PLACES.flatMap((name) => (env[name]?.trim() ? [[name, env[name] as string]] : [])));
  const line = bootLine([...polygate, 'up', '--detach', '--installed'], places, folders.state);
  const crontab = await readCrontab(host);
  if ('reason' in crontab) return { enabled: false, reason: crontab.reason, enable: () => [], disable: () => [] };
  const { text } = crontab;
  const change = (next: string) => (next === text ? [] : changeSteps(host, folders, text, next));
  return {
    enabled: hasBootLine(text, line),
    reason: undefined,
    enable: () => change(withBootLine(text, line)),
    disable: () => change(withoutBootLine(text, line)),
  };
}

/** Root may look after the one of another account. */
const crontabOf = ({ isOther, name }: Users) => (isOther ? ['crontab', '-u', name] : ['crontab']);

async function readCrontab({ processes, env, platform, users }: Host): Promise<{ text: string } | { reason: string }> {
  if (platform === 'win32') return { reason: 'Windows has no cron' };
  // Untranslated: an empty crontab is told by its words alone (crontab(1)).
  const asked = await processes.query([...crontabOf(users), '-l'], { env: { ...env, LC_ALL: 'C' }, timeoutMs: ASK_MS });
  if (asked.code === undefined) return { reason: 'there is no crontab command' };
  if (asked.code === 0) return { text: asked.stdout };
  const said = asked.stderr.trim().split('\n')[0] || `crontab ended with ${asked.code}`;
  return /no crontab for|can't open/i.test(said) ? { text: '' } : { reason: said };
}

/** crontab(1) takes a file. The former one lies beside it, so that a failure puts it back. */
function changeSteps({ paths, users }: Host, { state }: Folders, before: string, after: string): Step[] {
  const [old, next] = [paths.join(state, 'crontab.before'), paths.join(state, 'crontab')];
  const crontab = (last: string) => [...crontabOf(users), last];
  const run: Step = {
    do: 'run',
    argv: crontab(after === '' ? '-r' : next),
    undo: crontab(before === '' ? '-r' : old),
  };
  const write = (path: string, content: string): Step => ({ do: 'write', path, mode: 0o600, content });
  return [write(old, before), write(next, after), run, { do: 'remove', path: old }, { do: 'remove', path: next }];
}
