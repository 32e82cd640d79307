import { Problem } from '@polygate/core';
import { SERVICE_ENV_FILE } from '@polygate/core/service';
import type { Host } from '../ports.ts';
import { launchctl } from './launchd/launchctl.ts';
import { launchdManager } from './launchd/manager.ts';
import type { ServiceManager } from './manager.ts';
import { agentDir, DAEMON_DIR } from './places.ts';

/**
 * launchd's jobs of the whole Mac (`system`). They run as the account whose gateway it is, start at boot without anybody logging
 * in, and are root's to change. `home` is that account's, where a job of the other scope would lie.
 */
export function launchdDaemon(host: Host, home: string): ServiceManager {
  const { paths, users } = host;
  return launchdManager(host, {
    id: 'launchd-daemon',
    label: 'LaunchDaemon',
    options: ` --system --user-name ${users.name}`,
    folder: { run: '/var/run/polygate', state: '/Library/Application Support/polygate' },
    jobDir: DAEMON_DIR,
    otherJobDir: agentDir(paths, home),
    domain: () => 'system',
    kinds: ['system'],
    choose: async () => 'system',
    // The program reads it itself, as its account: launchd knows no such file.
    environmentFile: (_, stateDir) => paths.join(stateDir, SERVICE_ENV_FILE),
    outputOf({ outlived, workingDirectory }) {
      const folder = outlived ? '/Library/Logs/polygate' : paths.join(workingDirectory, 'logs');
      const name = outlived ? 'supervisor' : 'gateway';
      return { out: paths.join(folder, `${name}.log`), err: paths.join(folder, `${name}.err.log`) };
    },
    async detect() {
      const { code, failure } = await launchctl(host).ask('print', 'system');
      return code === undefined && failure !== undefined
        ? new Problem('MANAGER_MISSING', { platform: host.platform })
        : undefined;
    },
    notes: () => [],
  });
}
