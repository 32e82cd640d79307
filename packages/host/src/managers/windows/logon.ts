import { type ManagerId, Problem, type ServiceDefinition, type Step } from '@polygate/core';
import { type Drift, diffDefinitions, SERVICE_ENV_FILE } from '@polygate/core/service';
import {
  auditLauncher,
  diffTask,
  type LogonFacts,
  type LogonPlace,
  launcherDoubts,
  parseTask,
  planLogonAdoption,
  planLogonInstall,
  planLogonRestart,
  planLogonRestore,
  planLogonStart,
  planLogonStop,
  planLogonUninstall,
  serviceLauncher,
  taskFor,
  type WantedLogon,
  whyNoTaskName,
} from '@polygate/core/windows-services';
import type { Host } from '../../ports.ts';
import { applySteps } from '../apply.ts';
import type { Intent, Plan, ServiceManager, WantedService } from '../manager.ts';
import { builtinPlace } from '../places.ts';
import { refuseCollision } from './collisions.ts';
import { logonEyes } from './look.ts';
import { WINSW_DIR } from './places.ts';
import { askTasks, taskAccount } from './tasks.ts';

const APPLY_MS = 60_000;
const TAIL_BYTES = 64 * 1024;

/** What sets the two ways apart by which Windows starts something with the logon of an account. */
export interface LogonScope {
  id: ManagerId;
  label: string;
  place: LogonPlace;
}

/**
 * Services that start with the logon of their account. The definition is the launcher, which lies on the disk and is read without
 * asking anybody; the task, or the item of the Startup folder, is what starts it. Each of the two managers knows both.
 */
export function logonManager(host: Host, home: string, scope: LogonScope): ServiceManager {
  const { files, paths } = host;
  const eyes = logonEyes(host, home);
  const { target, look } = eyes;
  const logOf = ({ workingDirectory }: ServiceDefinition) => paths.join(workingDirectory, 'logs', 'service.log');

  return {
    id: scope.id,
    label: scope.label,
    loadedText: 'registered',
    notLoadedText: 'not registered',
    options: scope.place === 'startup' ? ` --manager ${scope.id}` : '',
    folder: undefined,
    detect: async () => undefined,
    inspect: eyes.inspect,
    audit: ({ text, registered }, configPort) => (text === undefined ? [] : auditLauncher({ text, registered, configPort })),
    remains,
    doubts: ({ text, registered }) => launcherDoubts(text ?? '', registered),
    environmentFilesIn: ({ definition }) => (definition?.environmentFile === undefined ? [] : [definition.environmentFile]),
    overrideAt: ({ path }, name) => paths.join(eyes.folder, name, paths.basename(path)),
    list: eyes.list,
    environmentFile: (_, stateDir) => paths.join(stateDir, SERVICE_ENV_FILE),
    prepare: async () => [],

    async plan(name, intent): Promise<Plan> {
      const reason = whyNoTaskName(name);
      if (reason !== undefined) throw new Problem('VALUE_UNQUOTABLE', { what: `the name ${JSON.stringify(name)}`, reason });
      const at = target(name);
      const { facts, inspection } = await look(name);
      if (inspection.unreadable && intent.kind !== 'stop') throw inspection.unreadable;
      switch (intent.kind) {
        case 'install':
          return planInstallation(name, facts, intent);
        case 'adopt': {
          const was = intent.from === name ? facts : (await look(intent.from)).facts;
          const wanted = await wantedLogon(name, intent.wanted, facts);
          const from = { target: target(intent.from), facts: was, kept: eyes.keptTask(intent.from) };
          return asPlan(
            planLogonAdoption(from, at, { ...wanted, files: [...intent.files, ...wanted.files], place: scope.place }),
          );
        }
        case 'restore':
          return asPlan(planLogonRestore(at, facts, { ...intent, ...(await adopted(name, intent)) }));
        case 'uninstall': {
          const { ours } = await remains(name, intent.stateDir);
          return asPlan(
            planLogonUninstall(
              at,
              facts,
              ours.filter((path) => paths.isAbsolute(path)),
            ),
          );
        }
        case 'stop':
          return asPlan(planLogonStop(at, facts));
        default:
          if (inspection.text === undefined) throw new Problem('SERVICE_NOT_INSTALLED', { name, scope: '' });
          return asPlan(intent.kind === 'start' ? planLogonStart(at, facts) : planLogonRestart(at, facts));
      }
    },

    apply: (steps) =>
      applySteps(host, steps, { timeoutMs: APPLY_MS, hasEnded: async (name) => !(await look(name)).facts.active }),

    status: async (name) => (await look(name)).view,
    statuses: async (names) => new Map((await eyes.lookAtAll(names)).map(([name, { view }]) => [name, view])),

    async recentOutput(name, lines, sinceMs) {
      const { definition } = await eyes.inspect(name);
      const log = definition && logOf(definition);
      const about = log === undefined ? undefined : await files.stat(log).catch(() => undefined);
      // Lines have no times: a file that nothing was added to since tells of an earlier run.
      if (log === undefined || !about || (sinceMs !== undefined && about.modifiedMs < sinceMs)) return [];
      return (await files.tail(log, TAIL_BYTES)).split(/\r?\n/).filter(Boolean).slice(-lines);
    },
  };

  async function planInstallation(name: string, facts: LogonFacts, intent: Extract<Intent, { kind: 'install' }>): Promise<Plan> {
    const elsewhere = [builtinPlace(host).pathOf(name), paths.join(WINSW_DIR, `${name}.xml`)];
    await refuseCollision(host, name, intent.wanted.definition, elsewhere);
    const wanted = await wantedLogon(name, intent.wanted, facts);
    const { force, settle = false } = intent;
    const plan = planLogonInstall(target(name), facts, wanted, { force, settle, place: scope.place });
    return { ...plan, notes: plan.steps.length > 0 ? NOTES[scope.place] : [] };
  }

  async function wantedLogon(
    name: string,
    { definition, environmentFile: secrets }: WantedService,
    { task: told, launcher, definition: installed }: LogonFacts,
  ): Promise<WantedLogon> {
    const at = target(name);
    const text = serviceLauncher(definition, { log: logOf(definition), stop: at.stop });
    const account = await taskAccount(host);
    const task = taskFor(definition, at.launcher, account);
    const differs = secrets !== undefined && (await files.read(secrets.path).catch(() => undefined)) !== secrets.content;
    const registered = typeof told === 'object' && launcher !== undefined ? parseTask(told.xml) : undefined;
    const drift = [
      ...(launcher === undefined ? [] : launcherDrift({ launcher, installed }, { text, definition })),
      ...(registered ? diffTask(registered, task, account) : []),
      ...(differs ? [{ field: 'secrets', installed: '***', wanted: '***' }] : []),
    ];
    const write: Step[] = secrets ? [{ do: 'write', path: secrets.path, mode: 0o600, content: secrets.content }] : [];
    return { definition, launcher: text, task, files: write, drift };
  }

  /** What an adoption left beside the files that it recorded: the text of their task, and what is ours. */
  async function adopted(name: string, { from, files: recorded }: Extract<Intent, { kind: 'restore' }>) {
    const { launcher, xml, startup, stop } = target(name);
    const isThere = async (path: string) => (await files.stat(path).catch(() => undefined)) !== undefined;
    const kept = eyes.keptTask(from);
    const ours = [launcher, xml, startup, stop].filter((path) => !recorded.some((one) => one.path === path));
    const [theirs, ...there] = await Promise.all([kept, ...ours].map(isThere));
    return { was: target(from), kept, theirs: theirs === true, own: ours.filter((_, i) => there[i]) };
  }

  /** What is there of it. The task is named, as it has no path. */
  async function remains(name: string, stateDir: string): Promise<{ ours: string[]; kept: string[] }> {
    const { launcher, xml, startup, stop } = target(name);
    const candidates = [launcher, xml, startup, stop, paths.join(stateDir, SERVICE_ENV_FILE)];
    const [tasks, ...kinds] = await Promise.all([
      askTasks(host, [name]),
      ...candidates.map((path) => files.trees.kindOf(path).catch(() => undefined)),
    ]);
    const there = candidates.filter((_, i) => kinds[i] !== undefined);
    return { ours: [...there, ...(typeof tasks.get(name) === 'object' ? [`the task ${name}`] : [])], kept: [] };
  }
}

const NOTES: Record<LogonPlace, readonly string[]> = {
  task: [],
  startup: ['A window may flash up at the logon: the Startup folder has no other way to start a program'],
};

const asPlan = (steps: Step[]): Plan => ({ result: steps.length > 0 ? 'apply' : 'up-to-date', drift: [], steps });

/** What differs and matters. Another description alone would be no reason to restart anything; an older launcher is. */
function launcherDrift(
  { launcher, installed }: { launcher: string; installed: ServiceDefinition | undefined },
  { text, definition }: { text: string; definition: ServiceDefinition },
): Drift[] {
  if (!installed) return [{ field: 'launcher', installed: 'runs nothing', wanted: definition.argv.join(' ') }];
  const drift = diffDefinitions(installed, definition);
  const plain = (source: string) =>
    source
      .split('\r\n')
      .filter((line) => !line.startsWith('rem '))
      .join('\r\n');
  if (drift.length > 0 || plain(launcher) === plain(text)) return drift;
  return [{ field: 'launcher', installed: 'written in another way', wanted: 'as this version writes it' }];
}
