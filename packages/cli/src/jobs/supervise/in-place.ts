import type { InstanceSpec } from '@polygate/core/supervise';
import { restartSignal } from '@polygate/core/supervise';
import { type Host, portOwners, readConfigText } from '@polygate/host';
import { packageOf } from '../program/package-of.ts';

interface Running {
  pid: number;
  version: string;
  /** When its process was started; milliseconds since 1970. */
  since: number;
}

/**
 * The signal that makes a gateway restart with the process that it has, and the process that takes it; undefined where it has to
 * be ended and started again: its version is not known to do that, its config does not allow it, or a new process would be
 * another one (another version was installed meanwhile, its config was changed).
 */
export async function inPlaceOf(
  host: Pick<Host, 'files' | 'net' | 'paths' | 'processes' | 'platform'>,
  spec: InstanceSpec,
  { pid, version, since }: Running,
): Promise<{ signal: 'SIGUSR1' | 'SIGUSR2'; pid: number } | undefined> {
  if (host.platform === 'win32') return undefined;
  const known = restartSignal(spec.restartSignals, version);
  if (!known) return undefined;
  const { configPath } = spec.identity;
  const config = await host.files.stat(configPath);
  if (config !== undefined && config.modifiedMs > since) return undefined;
  if (known.needs !== undefined && !isTrue((await readConfigText(host.files, configPath)).parsed, known.needs)) return undefined;
  const installed = await packageOf(host, { command: [...spec.argv] });
  if (installed && installed.version !== version) return undefined;
  const listening = await listenerOf(host, spec.target.port, pid);
  return listening === undefined ? undefined : { signal: known.signal, pid: listening };
}

/** The one process that listens: it, or what it started. Its launcher may take the same signal for another one. */
async function listenerOf(host: Pick<Host, 'net' | 'processes'>, port: number, own: number): Promise<number | undefined> {
  const owners = await portOwners(host, port, own);
  if (!owners.has(own)) return undefined;
  const [other, ...more] = [...owners].filter((pid) => pid !== own);
  return more.length > 0 ? undefined : (other ?? own);
}

function isTrue(config: unknown, key: string): boolean {
  const value = key.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], config);
  return value === true;
}
