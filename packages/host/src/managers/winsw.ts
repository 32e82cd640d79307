import { type ManagerView, Problem, type Step } from '@polygate/core';
import { PARKED_FILE_VARIABLE, parseParked, SERVICE_ENV_FILE } from '@polygate/core/service';
import {
  parseWinsw,
  parseWinswStatus,
  planWinswAdoption,
  planWinswInstall,
  planWinswRestart,
  planWinswRestore,
  planWinswStart,
  planWinswStop,
  planWinswUninstall,
  readWinsw,
  type WinswFacts,
  type WinswTarget,
  whyNoTaskName,
  winswFor,
  winswIssues,
} from '@polygate/core/windows-services';
import { programsOnPath } from '../node/on-path.ts';
import type { Host } from '../ports.ts';
import { applySteps } from './apply.ts';
import type { Inspection, Intent, Plan, ServiceManager } from './manager.ts';
import { builtinPlace } from './places.ts';
import { refuseCollision } from './windows/collisions.ts';
import { logonDir, WINSW_DIR } from './windows/places.ts';
import { processOf } from './windows/process.ts';

/** Stopping may take as long as a gateway has to end. */
const APPLY_MS = 90_000;
const NAMES = ['winsw', 'WinSW-x64', 'WinSW.NET461', 'WinSW.NET4', 'WinSW.NET2'];

/** Services of Windows itself, each run by a WinSW of its own: they start with the machine, and need an administrator. */
export function winsw(host: Host, home: string): ServiceManager {
  const { files, paths, processes } = host;
  const xmlOf = (name: string) => paths.join(WINSW_DIR, `${name}.xml`);
  const exeOf = (name: string) => paths.join(WINSW_DIR, `${name}.exe`);
  let found: Promise<string | undefined> | undefined;
  const source = () => {
    found ??= findWinsw(host);
    return found;
  };
  const target = async (name: string): Promise<WinswTarget> => ({
    ...{ name, xml: xmlOf(name), exe: exeOf(name) },
    source: (await source()) ?? 'winsw.exe',
  });

  const inspect = async (name: string): Promise<Inspection> => {
    const text = await files.read(xmlOf(name));
    const definition = text === undefined ? undefined : readWinsw(text);
    return { path: xmlOf(name), text, mode: undefined, definition, overrides: [] };
  };
  const look = async (name: string): Promise<WinswFacts> => {
    const [{ text }, exe] = await Promise.all([inspect(name), files.stat(exeOf(name)).catch(() => undefined)]);
    const said = exe ? await processes.query([exeOf(name), 'status']) : undefined;
    return { text, hasExe: exe !== undefined, state: said ? parseWinswStatus(said.stdout) : 'missing' };
  };

  return {
    id: 'winsw',
    label: 'Windows service',
    loadedText: 'registered',
    notLoadedText: 'not registered',
    options: ' --system',
    folder: undefined,

    async detect() {
      if ((await source()) !== undefined) return undefined;
      const reason = 'there is no WinSW on PATH';
      const advice =
        'get WinSW 2.11 or later (github.com/winsw/winsw), and put it on PATH as winsw.exe, or name it in POLYGATE_WINSW';
      return new Problem('MANAGER_UNREACHABLE', { manager: 'WinSW', reason, advice });
    },

    inspect,
    audit: ({ text }, configPort) => (text === undefined ? [] : winswIssues(text, configPort)),
    remains,
    doubts: ({ text }, wanted) => {
      const config = parseWinsw(text ?? '');
      const own = winswFor(wanted, { name: '', logPath: '' }).settings;
      const lost = Object.entries(config?.settings ?? {}).flatMap(([name, value]) => (name in own ? [] : [`${name}=${value}`]));
      const isExpanded = [...(config?.argv ?? []), ...Object.values(config?.environment ?? {})].some((text) =>
        /%[^%]+%/.test(text),
      );
      return { obstacle: isExpanded ? 'it has variables in it (such as %BASE%)' : undefined, lost };
    },
    environmentFilesIn: ({ definition }) => (definition?.environmentFile === undefined ? [] : [definition.environmentFile]),
    overrideAt: ({ path }, name) => paths.join(WINSW_DIR, name, paths.basename(path)),
    list: async () =>
      (await files.list(WINSW_DIR)).flatMap((file) => (file.endsWith('.xml') ? [file.slice(0, -'.xml'.length)] : [])),
    environmentFile: (_, stateDir) => paths.join(stateDir, SERVICE_ENV_FILE),
    prepare: async () => [],

    async plan(name, intent): Promise<Plan> {
      const reason = whyNoTaskName(name);
      if (reason !== undefined) throw new Problem('VALUE_UNQUOTABLE', { what: `the name ${JSON.stringify(name)}`, reason });
      const [at, now] = await Promise.all([target(name), look(name)]);
      switch (intent.kind) {
        case 'install':
          return planInstallation(name, now, intent);
        case 'adopt': {
          const { config, files: secrets } = await wanted(name, intent.wanted);
          return asPlan(planWinswAdoption(at, now, { config, files: [...intent.files, ...secrets] }));
        }
        case 'restore':
          return asPlan(planWinswRestore(at, now, intent));
        case 'uninstall':
          return asPlan(planWinswUninstall(at, now, (await remains(name, intent.stateDir)).ours));
        case 'stop':
          return asPlan(planWinswStop(at, now));
        default:
          if (now.text === undefined) throw new Problem('SERVICE_NOT_INSTALLED', { name, scope: ' --system' });
          return asPlan(intent.kind === 'start' ? planWinswStart(at, now) : planWinswRestart(at, now));
      }
    },

    apply: (steps) => applySteps(host, steps, { timeoutMs: APPLY_MS }),
    status: async (name) => viewOf(name, await look(name)),
    statuses: async (names) =>
      new Map(await Promise.all(names.map(async (name) => [name, await viewOf(name, await look(name))] as const))),

    async recentOutput(name, lines) {
      const { text } = await inspect(name);
      const folder = text === undefined ? undefined : parseWinsw(text)?.logPath;
      if (folder === undefined) return [];
      const said = await files.tail(paths.join(folder, `${name}.err.log`), 64 * 1024);
      return said.split(/\r?\n/).filter(Boolean).slice(-lines);
    },
  };

  async function planInstallation(name: string, now: WinswFacts, intent: Extract<Intent, { kind: 'install' }>): Promise<Plan> {
    const elsewhere = [builtinPlace(host).pathOf(name), paths.join(logonDir(host, home), `${name}.cmd`)];
    await refuseCollision(host, name, intent.wanted.definition, elsewhere);
    const { force, settle = false } = intent;
    const plan = planWinswInstall(await target(name), now, await wanted(name, intent.wanted), { force, settle });
    return { ...plan, notes: plan.steps.length > 0 ? [PASSWORD_NOTE] : [] };
  }

  async function wanted(name: string, { definition, environmentFile: secrets }: Extract<Intent, { kind: 'install' }>['wanted']) {
    const config = winswFor(definition, { name, logPath: paths.join(definition.workingDirectory, 'logs') });
    const write: Step[] = secrets ? [{ do: 'write', path: secrets.path, mode: 0o600, content: secrets.content }] : [];
    const filesDiffer = secrets !== undefined && (await files.read(secrets.path).catch(() => undefined)) !== secrets.content;
    return { definition, config, files: write, filesDiffer };
  }

  async function remains(name: string, stateDir: string): Promise<{ ours: string[]; kept: string[] }> {
    const candidates = [xmlOf(name), exeOf(name), `${exeOf(name)}.config`, paths.join(stateDir, SERVICE_ENV_FILE)];
    const kinds = await Promise.all(candidates.map((path) => files.trees.kindOf(path).catch(() => undefined)));
    return { ours: candidates.filter((_, i) => kinds[i] !== undefined), kept: [] };
  }

  async function viewOf(name: string, { text, state }: WinswFacts): Promise<ManagerView> {
    const config = text === undefined ? undefined : parseWinsw(text);
    const definition = text === undefined ? undefined : readWinsw(text);
    const process = state === 'running' && definition ? await processOf(host, definition) : undefined;
    const parkedFile = config?.environment[PARKED_FILE_VARIABLE];
    const parked =
      parkedFile === undefined ? undefined : parseParked((await files.read(parkedFile).catch(() => undefined)) ?? '');
    const isParked = state === 'stopped' && parked !== undefined;
    return {
      enabled:
        state !== 'missing' &&
        state !== undefined &&
        /^(Automatic|Boot|System)$/i.test(config?.settings['startmode'] ?? 'Automatic'),
      state: isParked ? 'failed' : state === undefined ? 'unknown' : state === 'missing' ? 'stopped' : state,
      detail: state ?? `${name} cannot be asked`,
      pid: process?.pid,
      lastExitStatus: isParked ? parked.exitCode : undefined,
      ...(isParked ? { parked: parked.reason } : {}),
      ...{ restarts: 0, gaveUp: false, lastRunMs: undefined },
    };
  }
}

const PASSWORD_NOTE =
  'Windows starts a service as an account only with its password, which Polygate never asks for: enter it once in services.msc (Log On)';

const asPlan = (steps: Step[]): Plan => ({ result: steps.length > 0 ? 'apply' : 'up-to-date', drift: [], steps });

async function findWinsw(host: Host): Promise<string | undefined> {
  const said = host.env.POLYGATE_WINSW?.trim();
  if (said) return said;
  for (const name of NAMES) {
    const [at] = await programsOnPath(host, name);
    if (at !== undefined) return at;
  }
  return undefined;
}
