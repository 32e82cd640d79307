import { Problem } from '@polygate/core';
import type { DomainKind } from '@polygate/core/launchd';
import { SERVICE_ENV_FILE } from '@polygate/core/service';
import type { Host } from '../ports.ts';
import { accountDomain, launchctl } from './launchd/launchctl.ts';
import { launchdManager } from './launchd/manager.ts';
import type { ServiceManager } from './manager.ts';
import { agentDir, DAEMON_DIR } from './places.ts';

/**
 * launchd's jobs of one account. They are for its login at the screen (`gui/UID`); where there is none, as over ssh, for any
 * login of it (`user/UID`), which ends with the last of them and does not begin at boot.
 */
export function launchdAgent(host: Host, home: string): ServiceManager {
  const { paths, users } = host;
  const { hasDomain, ask } = launchctl(host);
  const uid = uidOf(host);
  const domain = (kind: DomainKind) => accountDomain(kind, uid);
  let chosen: DomainKind | undefined;

  return launchdManager(host, {
    id: 'launchd-agent',
    label: 'LaunchAgent',
    options: '',
    folder: undefined,
    jobDir: agentDir(paths, home),
    otherJobDir: DAEMON_DIR,
    domain,
    kinds: ['gui', 'user'],
    environmentFile: (_, stateDir) => paths.join(stateDir, SERVICE_ENV_FILE),

    async choose() {
      // What cannot be asked is shown as it usually is. A login is not looked for twice by one command.
      if (host.elsewhere?.asAccount || chosen === 'gui' || (await hasDomain(domain('gui')))) chosen = 'gui';
      else chosen = (await hasDomain(domain('user'))) ? 'user' : 'gui';
      return chosen;
    },

    outputOf({ outlived, workingDirectory }) {
      const folder = outlived ? paths.join(home, 'Library', 'Logs', 'polygate') : paths.join(workingDirectory, 'logs');
      const name = outlived ? 'supervisor' : 'gateway';
      return { out: paths.join(folder, `${name}.log`), err: paths.join(folder, `${name}.err.log`) };
    },

    async detect() {
      if (chosen !== undefined) return undefined;
      const { failure, code } = await ask('print', domain('gui'));
      if (failure !== undefined && code === undefined) return new Problem('MANAGER_MISSING', { platform: host.platform });
      if (uid === 0) return rootHasNone(users.name);
      if (code === 0) chosen = 'gui';
      else if (await hasDomain(domain('user'))) chosen = 'user';
      if (chosen !== undefined) return undefined;
      const reason = `${users.name} is not logged in (neither ${domain('gui')} nor ${domain('user')} is there)`;
      return new Problem('MANAGER_UNREACHABLE', { manager: 'launchd', reason, advice: SYSTEM_ADVICE });
    },

    notes: (kind) =>
      kind === 'user'
        ? [
            `Nobody is logged in at the screen: it runs in ${domain('user')}, ends with the last login of ${users.name}, and does not start at boot. ${SYSTEM_ADVICE}`,
          ]
        : [],
  });
}

/** Whose jobs they are: under sudo those of the person who typed it, as root has no login of its own. */
function uidOf({ users, env }: Host): number {
  const said = Number(env.SUDO_UID);
  return users.uid === 0 && Number.isInteger(said) && said > 0 ? said : users.uid;
}

const SYSTEM_ADVICE = 'A service of the system needs no login: gateway install --system';

/** An agent of root would run in a session that nobody ever has. */
function rootHasNone(user: string): Problem {
  return new Problem('MANAGER_UNREACHABLE', {
    manager: 'launchd',
    reason: `${user} has no login of its own that a job could be for`,
    advice: 'run it as the account that the gateway belongs to, or for it: gateway install --system --user-name NAME',
  });
}
