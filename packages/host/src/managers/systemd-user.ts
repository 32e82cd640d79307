import { isProblem, Problem, type Step } from '@polygate/core';
import { classifySystemdFailure, SERVICE_ENV_FILE, userBusAdvice, userUnit } from '@polygate/core/service';
import type { Host } from '../ports.ts';
import { polygateFolders } from '../store/folders.ts';
import type { ServiceManager } from './manager.ts';
import { SYSTEM_UNIT_DIR, userUnitDir } from './places.ts';
import { lingerOff, lingerRecord } from './systemd/linger.ts';
import { systemdManager } from './systemd/manager.ts';
import { systemdMissing } from './systemd/missing.ts';
import type { Reach } from './systemd/scope.ts';

const LINGER_DIR = '/var/lib/systemd/linger';
const MANAGER_START_MS = 15_000;

/**
 * systemd's manager of one account (`systemctl --user`). `home` is where its units are written: the manager looks below the
 * account's own home directory, and is refused where that is another one.
 */
export function systemdUser(host: Host, home: string): ServiceManager {
  const { files, paths, users } = host;
  const unitDir = userUnitDir(paths, home);
  let found: Session | undefined;
  // One that was not awake may be by now: an install is what wakes it.
  const session = async () => {
    if (!found?.awake) found = await findSession(host);
    return found;
  };

  const record = () => lingerRecord(host, polygateFolders(host));

  return systemdManager(host, {
    id: 'systemd-user',
    called: 'systemd --user',
    systemctl: ['systemctl', '--user'],
    options: '',
    folder: undefined,
    unitDir,
    wantsDir: paths.join(unitDir, 'default.target.wants'),
    otherUnitDir: SYSTEM_UNIT_DIR,
    render: userUnit,
    // Only what its own processes printed: systemd's words about the unit carry another field.
    journal: (unit) => ['--user', `_SYSTEMD_USER_UNIT=${unit}`],
    reach: session,
    environmentFile: (_, stateDir) => paths.join(stateDir, SERVICE_ENV_FILE),
    advise: (said) => userBusAdvice(classifySystemdFailure(said), users.name),
    explain: (error) => lingerRefusal(error, users.name),

    async detect() {
      const { booted, runtimeDir } = await session();
      if (!booted) return systemdMissing(host);
      const [own, given] = await Promise.all([files.canonical(users.home), files.canonical(home)]);
      if (own === given || runtimeDir !== usualRuntimeDir(users.uid)) return undefined;
      const reason = `HOME is ${home}, and the manager of ${users.name} reads units below ${users.home}`;
      return new Problem('MANAGER_UNREACHABLE', { manager: 'systemd --user', reason, advice: `run it with HOME=${users.home}` });
    },

    /** Lingering comes first: on a fresh headless account it is what starts the manager that the next steps talk to. */
    async before() {
      const { awake, privateSocket } = await session();
      const steps: Step[] = [];
      if (!(await files.stat(`${LINGER_DIR}/${users.name}`))) {
        const advice = `The service ends when ${users.name} logs out; to keep it: sudo loginctl enable-linger ${users.name}`;
        steps.push({
          do: 'run',
          argv: ['loginctl', 'enable-linger', users.name],
          undo: ['loginctl', 'disable-linger', users.name],
          leaves: record(),
          ...(awake ? { advice } : {}),
        });
      }
      if (!awake) {
        steps.push({ do: 'await', path: privateSocket, timeoutMs: MANAGER_START_MS, what: `the user manager of ${users.name}` });
      }
      return steps;
    },

    after: (name) => lingerOff(host, { record: record().path, unitDir, user: users.name }, `${name}.service`),
  });
}

interface Session extends Reach {
  runtimeDir: string;
  /** systemctl asks here first, so that a stray bus address does no harm. */
  privateSocket: string;
}

const usualRuntimeDir = (uid: number) => `/run/user/${uid}`;

async function findSession(host: Host): Promise<Session> {
  const { files, env, users, paths } = host;
  // One of another account (sudo -E), or none at all (cron, su), is put right; one's own elsewhere is meant.
  const said = env.XDG_RUNTIME_DIR;
  const isOwn =
    said !== undefined && paths.isAbsolute(said) && (await files.stat(said).catch(() => undefined))?.uid === users.uid;
  const runtimeDir = isOwn ? said : usualRuntimeDir(users.uid);
  const privateSocket = `${runtimeDir}/systemd/private`;
  const isThere = async (path: string) => (await files.stat(path).catch(() => undefined)) !== undefined;
  const [booted, awake] = await Promise.all([isThere('/run/systemd/system'), isThere(privateSocket)]);
  return {
    booted,
    runtimeDir,
    privateSocket,
    awake: booted && awake,
    options: { env: managerEnv(host, runtimeDir), timeoutMs: 90_000 },
  };
}

/** Lingering that was needed and refused is a matter of rights, with one command that somebody else can type. */
function lingerRefusal(error: unknown, user: string): Problem | undefined {
  if (!isProblem(error, 'MANAGER_FAILED') || !error.params.command.startsWith('loginctl enable-linger')) return undefined;
  return new Problem('LINGER_DENIED', { user, reason: error.params.reason }, { cause: error });
}

/**
 * A clean environment for calls of the manager: a foreign or missing XDG_RUNTIME_DIR (sudo, cron, su) is put right when the
 * account has one, and texts come untranslated.
 */
function managerEnv({ env, users }: Host, runtimeDir: string): Record<string, string | undefined> {
  return {
    PATH: env.PATH,
    HOME: env.HOME,
    USER: users.name,
    LC_ALL: 'C',
    XDG_RUNTIME_DIR: runtimeDir,
    SYSTEMD_PAGER: '',
    SYSTEMD_COLORS: '0',
  };
}
