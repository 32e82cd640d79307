import { Problem } from '@polygate/core';
import { readWsl } from '@polygate/core/service';
import type { Host } from '../../ports.ts';

/** Why systemd does not run this machine, as far as the machine tells: inside Windows there is a switch for it. */
export async function systemdMissing({ platform, files }: Host): Promise<Problem> {
  const read = (path: string) => files.read(path).catch(() => undefined);
  const [version, conf] = await Promise.all([read('/proc/version'), read('/etc/wsl.conf')]);
  return new Problem('MANAGER_MISSING', { platform, wsl: readWsl(version ?? '', conf) });
}
