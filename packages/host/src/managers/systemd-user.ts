import {
  classifySystemdFailure,
  isProblem,
  type ManagerView,
  Problem,
  parseSystemctlShow,
  parseUnit,
  planInstall,
  planRemoval,
  planRestart,
  planStart,
  planStop,
  planUninstall,
  readUnit,
  SERVICE_ENV_FILE,
  type Step,
  type SystemdFacts,
  type SystemdTarget,
  systemdView,
  type UnitProperties,
  userBusAdvice,
  userUnit,
} from '@polygate/core';
import type { CommandOptions, Host } from '../ports.ts';
import { applySteps } from './apply.ts';
import type { Inspection, Intent, Plan, ServiceManager } from './manager.ts';

const PROPERTIES =
  'Id,LoadState,ActiveState,SubState,Result,MainPID,ExecMainStatus,ExecMainCode,NRestarts,UnitFileState,FragmentPath,NeedDaemonReload,DropInPaths,ExecMainStartTimestampMonotonic,ExecMainExitTimestampMonotonic';
const SYSTEMCTL = ['systemctl', '--user'];
const LINGER_DIR = '/var/lib/systemd/linger';
const MANAGER_START_MS = 15_000;

/**
 * systemd's manager of one account (`systemctl --user`). `home` is where its units are written: the manager looks below the
 * account's own home directory, and is refused where that is another one.
 */
export function systemdUser(host: Host, home: string): ServiceManager {
  const { files, paths, processes, users } = host;
  // Units are looked up by the manager, whose environment hardly ever has XDG_CONFIG_HOME: only this place is sure.
  const unitDir = paths.join(home, '.config', 'systemd', 'user');
  const unitPath = (name: string) => paths.join(unitDir, `${name}.service`);
  const wantsPath = (name: string) => paths.join(unitDir, 'default.target.wants', `${name}.service`);
  const target = (name: string): SystemdTarget => ({ unit: `${name}.service`, unitPath: unitPath(name), systemctl: SYSTEMCTL });
  let found: Promise<Session> | undefined;
  const session = () => {
    found ??= findSession(host);
    return found;
  };

  const show = async (name: string): Promise<UnitProperties> => {
    const { options } = await session();
    const asked = [...SYSTEMCTL, 'show', `${name}.service`, '-p', PROPERTIES];
    const { code, stdout, stderr, failure } = await processes.query(asked, options);
    if (code !== 0) throw unreachable(stderr || failure || `exit ${code}`, users.name);
    return parseSystemctlShow(stdout)[0] ?? {};
  };

  /** Without a manager that can be asked, what the files tell. */
  const facts = async (name: string): Promise<SystemdFacts> => {
    const { awake } = await session();
    const unitText = await files.read(unitPath(name));
    if (!awake) return { unitText, enabled: (await files.stat(wantsPath(name))) !== undefined, active: false };
    const { ActiveState = '', UnitFileState } = await show(name);
    const active = ['active', 'activating', 'reloading', 'deactivating'].includes(ActiveState);
    return { unitText, enabled: UnitFileState === 'enabled', active };
  };

  const detect = async (): Promise<Problem | undefined> => {
    const { booted, runtimeDir } = await session();
    if (!booted) return new Problem('MANAGER_MISSING', { platform: host.platform });
    const [own, given] = await Promise.all([files.canonical(users.home), files.canonical(home)]);
    if (own === given || runtimeDir !== usualRuntimeDir(users.uid)) return undefined;
    const reason = `HOME is ${home}, and the manager of ${users.name} reads units below ${users.home}`;
    return new Problem('MANAGER_UNREACHABLE', { manager: 'systemd --user', reason, advice: `run it with HOME=${users.home}` });
  };

  return {
    id: 'systemd-user',
    label: 'systemd',
    loadedText: 'enabled',
    notLoadedText: 'disabled',
    detect,

    async inspect(name): Promise<Inspection> {
      const path = unitPath(name);
      const text = await files.read(path);
      return { path, text, definition: text === undefined ? undefined : readUnit(parseUnit(text)) };
    },

    async list() {
      return (await files.list(unitDir)).flatMap((file) =>
        file.endsWith('.service') ? [file.slice(0, -'.service'.length)] : [],
      );
    },

    async plan(name, intent): Promise<Plan> {
      const [now, { awake }, missing] = await Promise.all([facts(name), session(), detect()]);
      const at = target(name);
      const asPlan = (steps: Step[]): Plan => ({ result: steps.length > 0 ? 'apply' : 'up-to-date', drift: [], steps });
      switch (intent.kind) {
        case 'install':
          // A plan can be shown on any host; whether it can be carried out here, detect tells.
          return planInstallation(name, now, intent);
        case 'uninstall':
          // What cannot be asked can still be cleared away.
          return asPlan(
            awake
              ? planUninstall(at, now, environmentFileOf(now))
              : planRemoval(at, now, [wantsPath(name), ...environmentFileOf(now)]),
          );
        case 'stop':
          return asPlan(planStop(at, now));
        default:
          if (missing) throw missing;
          if (now.unitText === undefined && !now.active) throw new Problem('SERVICE_NOT_INSTALLED', { name });
          return asPlan(intent.kind === 'start' ? planStart(at, now) : planRestart(at));
      }
    },

    async apply(steps) {
      try {
        return await applySteps(host, steps, (await session()).options);
      } catch (error) {
        throw lingerRefusal(error, users.name) ?? error;
      }
    },

    async status(name): Promise<ManagerView | undefined> {
      const { awake } = await session();
      if (!awake) return undefined;
      try {
        return systemdView(await show(name));
      } catch (error) {
        if (isProblem(error)) return undefined;
        throw error;
      }
    },

    async recentOutput(name, lines) {
      const { options } = await session();
      // Only what its own processes printed: systemd's words about the unit carry another field.
      const own = `_SYSTEMD_USER_UNIT=${name}.service`;
      const { stdout } = await processes.query(
        ['journalctl', '--user', own, '-n', String(lines), '-o', 'cat', '--no-pager'],
        options,
      );
      return stdout.split('\n').filter((line) => line !== '' && line !== '-- No entries --');
    },
  };

  async function planInstallation(name: string, now: SystemdFacts, intent: Extract<Intent, { kind: 'install' }>): Promise<Plan> {
    const { definition, environmentFile } = intent.wanted;
    const secrets: Step[] = environmentFile
      ? [{ do: 'write', path: environmentFile.path, mode: 0o600, content: environmentFile.content }]
      : [];
    const wanted = { definition, unit: userUnit(definition), files: secrets };
    const plan = planInstall(target(name), now, wanted, { force: intent.force, before: await lingerSteps() });
    return { ...plan, result: plan.result === 'up-to-date' || plan.result === 'drifted' ? plan.result : 'apply' };
  }

  /** Lingering comes first: on a fresh headless account it is what starts the manager that the next steps talk to. */
  async function lingerSteps(): Promise<Step[]> {
    const { awake, privateSocket } = await session();
    const steps: Step[] = [];
    if (!(await files.stat(`${LINGER_DIR}/${users.name}`))) {
      const advice = `The service ends when ${users.name} logs out; to keep it: sudo loginctl enable-linger ${users.name}`;
      steps.push({ do: 'run', argv: ['loginctl', 'enable-linger', users.name], ...(awake ? { advice } : {}) });
    }
    if (!awake) {
      steps.push({ do: 'await', path: privateSocket, timeoutMs: MANAGER_START_MS, what: `the user manager of ${users.name}` });
    }
    return steps;
  }
}

/** How this process reaches the account's manager. */
interface Session {
  /** systemd runs this machine. */
  booted: boolean;
  runtimeDir: string;
  /** systemctl asks here first, so that a stray bus address does no harm. */
  privateSocket: string;
  /** The account's manager runs. */
  awake: boolean;
  options: CommandOptions;
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

function unreachable(said: string, user: string): Problem {
  const reason = said.trim().split('\n')[0] ?? '';
  const advice = userBusAdvice(classifySystemdFailure(said), user);
  return new Problem('MANAGER_UNREACHABLE', { manager: 'systemd --user', reason, advice });
}

/** Lingering that was needed and refused is a matter of rights, with one command that somebody else can type. */
function lingerRefusal(error: unknown, user: string): Problem | undefined {
  if (!isProblem(error, 'MANAGER_FAILED') || !error.params.command.startsWith('loginctl enable-linger')) return undefined;
  return new Problem('LINGER_DENIED', { user, reason: error.params.reason }, { cause: error });
}

/** The file with secrets that an install wrote beside the unit. One that somebody else's unit names is not ours to remove. */
function environmentFileOf({ unitText }: SystemdFacts): string[] {
  const definition = unitText === undefined ? undefined : readUnit(parseUnit(unitText));
  const own = definition && `${definition.workingDirectory}/${SERVICE_ENV_FILE}`;
  return own !== undefined && definition?.environmentFile === own ? [own] : [];
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
