import { systemBusAdvice, systemUnit } from '@polygate/core/service';
import type { Host } from '../ports.ts';
import type { ServiceManager } from './manager.ts';
import { SYSTEM_UNIT_DIR, userUnitDir } from './places.ts';
import { systemdManager } from './systemd/manager.ts';
import { systemdMissing } from './systemd/missing.ts';

/**
 * The system's own systemd (`systemctl`). Its units run as the account whose gateway it is, start at boot without anybody
 * logging in, and are root's to change. `home` is that account's, where a unit of the other scope would lie.
 */
export function systemdSystem(host: Host, home: string): ServiceManager {
  const { files, paths, env, users } = host;
  const reach = async () => {
    const booted = (await files.stat('/run/systemd/system').catch(() => undefined)) !== undefined;
    const options = { env: { PATH: env.PATH, LC_ALL: 'C', SYSTEMD_PAGER: '', SYSTEMD_COLORS: '0' }, timeoutMs: 90_000 };
    return { booted, awake: booted, options };
  };
  return systemdManager(host, {
    id: 'systemd-system',
    called: 'systemd',
    systemctl: ['systemctl'],
    options: ` --system --user-name ${users.name}`,
    folder: { run: '/run/polygate', state: '/var/lib/polygate' },
    unitDir: SYSTEM_UNIT_DIR,
    wantsDir: paths.join(SYSTEM_UNIT_DIR, 'multi-user.target.wants'),
    otherUnitDir: userUnitDir(paths, home),
    render: systemUnit,
    journal: (unit) => [`_SYSTEMD_UNIT=${unit}`],
    reach,
    async detect() {
      return (await reach()).booted ? undefined : systemdMissing(host);
    },
    // Root reads it before the service becomes its account: not in a directory that the account may change.
    environmentFile: (name) => `/etc/polygate/${name}.env`,
    before: async () => [],
    after: async () => [],
    explain: () => undefined,
    advise: systemBusAdvice,
  });
}
