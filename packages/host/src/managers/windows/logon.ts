import { isProblem, type ManagerId, type ManagerView, Problem, type ServiceDefinition, type Step } from '@polygate/core';
import {
  auditLauncher,
  diffDefinitions,
  type Drift,
  diffTask,
  type LogonFacts,
  type LogonPlace,
  type LogonTarget,
  launcherDoubts,
  parseTask,
  planLogonAdoption,
  planLogonInstall,
  planLogonRestart,
  planLogonRestore,
  planLogonStart,
  planLogonStop,
  planLogonUninstall,
  readServiceLauncher,
  SERVICE_ENV_FILE,
  serviceLauncher,
  type TaskState,
  taskFor,
  taskView,
  type WantedLogon,
  whyNoTaskName,
} from '@polygate/core/service';
import type { Host } from '../../ports.ts';
import { applySteps } from '../apply.ts';
import type { Inspection, Intent, Plan, ServiceManager, WantedService } from '../manager.ts';
import { builtinPlace } from '../places.ts';
import { logonDir, startupDir } from './places.ts';
import { processOf } from './process.ts';
import { scriptOf } from './script.ts';
import { allTasks, askTasks, taskAccount } from './tasks.ts';

const APPLY_MS = 60_000;

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
  const folder = logonDir(host, home);
  const target = (name: string): LogonTarget => ({
    name,
    launcher: paths.join(folder, `${name}.cmd`),
    xml: paths.join(folder, `${name}.xml`),
    startup: paths.join(startupDir(host, home), `${name}.cmd`),
    stop: paths.join(folder, `${name}.stop`),
  });
  const keptTask = (name: string) => paths.join(folder, `${name}.was.xml`);

  /** The definition as it lies on disk: our launcher, else what a task of this name, or the Startup folder, runs. */
  const inspectWith = async (name: string, task: TaskState | 'unknown' | undefined): Promise<Inspection> => {
    const at = target(name);
    const registered = typeof task === 'object' ? task.xml : undefined;
    const none = { path: at.launcher, text: undefined, mode: undefined, definition: undefined, overrides: [], registered };
    for (const path of [at.launcher, ...(await scriptOf(host, at, registered))]) {
      try {
        const text = await files.read(path);
        if (text === undefined) continue;
        return { ...none, path, text, definition: readServiceLauncher(text) };
      } catch (error) {
        if (!isProblem(error)) throw error;
        return { ...none, path, unreadable: error };
      }
    }
    return none;
  };

  const look = async (name: string) => {
    const task = (await askTasks(host, [name])).get(name);
    const [inspection, startup] = await Promise.all([inspectWith(name, task), files.read(target(name).startup)]);
    const isOurs = inspection.path === target(name).launcher;
    const view = await viewOf(inspection, task, startup);
    const facts: LogonFacts = {
      launcher: isOurs ? inspection.text : undefined,
      definition: inspection.definition,
      task,
      startup,
      active: view.state === 'running' || view.state === 'starting',
    };
    return { inspection, facts, view };
  };

  /** The scheduler's word on the task, with the process that is found by its lock: a task that is «ready» may have left one. */
  async function viewOf(
    { definition, text }: Inspection,
    task: TaskState | 'unknown' | undefined,
    startup: string | undefined,
  ): Promise<ManagerView> {
    const process = text !== undefined && definition ? await processOf(host, definition) : undefined;
    const isTask = typeof task === 'object';
    const told = isTask ? taskView(task) : NOTHING;
    const runs = process !== undefined && (isTask ? told.state === 'running' : startup !== undefined || task === 'unknown');
    return {
      ...told,
      enabled: told.enabled || startup !== undefined,
      state: runs ? 'running' : told.state === 'running' ? 'starting' : task === 'unknown' ? 'unknown' : told.state,
      detail: isTask ? told.detail : startup === undefined ? 'not registered' : 'in the Startup folder',
      pid: runs ? process.pid : undefined,
      ...(runs ? { startedMs: host.clock.now() - process.ageMs } : {}),
    };
  }

  async function wantedLogon(name: string, { definition, environmentFile }: WantedService, facts: LogonFacts): Promise<WantedLogon> {
    const at = target(name);
    const launcher = serviceLauncher(definition, {
      log: paths.join(definition.workingDirectory, 'logs', 'service.log'),
      stop: at.stop,
    });
    const account = await taskAccount(host);
    const task = taskFor(definition, at.launcher, account);
    const differs =
      environmentFile !== undefined && (await files.read(environmentFile.path).catch(() => undefined)) !== environmentFile.content;
    const registered = typeof facts.task === 'object' ? parseTask(facts.task.xml) : undefined;
    return {
      ...{ definition, launcher, task },
      files: environmentFile ? [{ do: 'write', path: environmentFile.path, mode: 0o600, content: environmentFile.content }] : [],
      drift: [
        ...launcherDrift(facts, definition, launcher),
        ...(registered && facts.launcher !== undefined ? diffTask(registered, task, account) : []),
        ...(differs ? [{ field: 'secrets', installed: '***', wanted: '***' }] : []),
      ],
    };
  }

  return {
    id: scope.id,
    label: scope.label,
    loadedText: 'registered',
    notLoadedText: 'not registered',
    options: '',
    folder: undefined,
    detect: async () => undefined,
    inspect: async (name) => inspectWith(name, needsTask(await files.read(target(name).launcher).catch(() => '')) ? (await askTasks(host, [name])).get(name) : undefined),
    audit: ({ text, registered }, configPort) => (text === undefined ? [] : auditLauncher({ text, registered, configPort })),
    remains,
    doubts: ({ text, registered }) => launcherDoubts(text ?? '', registered),
    environmentFilesIn: ({ definition }) => (definition?.environmentFile === undefined ? [] : [definition.environmentFile]),
    overrideAt: ({ path }, name) => paths.join(folder, name, paths.basename(path)),
    list,
    environmentFile: (_, stateDir) => paths.join(stateDir, SERVICE_ENV_FILE),
    prepare: async () => [],

    async plan(name, intent): Promise<Plan> {
      const reason = whyNoTaskName(name);
      if (reason !== undefined) throw new Problem('VALUE_UNQUOTABLE', { what: `the name ${JSON.stringify(name)}`, reason });
      const at = target(name);
      const { facts, inspection } = await look(name);
      if (inspection.unreadable && intent.kind !== 'stop') throw inspection.unreadable;
      const asPlan = (steps: Step[]): Plan => ({ result: steps.length > 0 ? 'apply' : 'up-to-date', drift: [], steps });
      switch (intent.kind) {
        case 'install':
          return planInstallation(name, facts, intent);
        case 'adopt': {
          const was = intent.from === name ? facts : (await look(intent.from)).facts;
          const wanted = await wantedLogon(name, intent.wanted, facts);
          const kept = keptTask(intent.from);
          return asPlan(
            planLogonAdoption({ target: target(intent.from), facts: was, kept }, at, {
              ...{ ...wanted, files: [...intent.files, ...wanted.files] },
              place: scope.place,
            }),
          );
        }
        case 'restore':
          return asPlan(planLogonRestore(at, facts, { ...intent, was: target(intent.from), kept: keptTask(intent.from) }));
        case 'uninstall': {
          const { ours } = await remains(name, intent.stateDir);
          return asPlan(planLogonUninstall(at, facts, ours.filter((path) => paths.isAbsolute(path))));
        }
        case 'stop':
          return asPlan(planLogonStop(at, facts));
        default:
          if (inspection.text === undefined) throw new Problem('SERVICE_NOT_INSTALLED', { name, scope: '' });
          return asPlan(intent.kind === 'start' ? planLogonStart(at, facts) : planLogonRestart(at, facts));
      }
    },

    apply: (steps) => applySteps(host, steps, { timeoutMs: APPLY_MS, hasEnded }),
    status: async (name) => (await look(name)).view,
    async statuses(names) {
      const tasks = await askTasks(host, names);
      const views = names.map(async (name) => {
        const task = tasks.get(name);
        const [inspection, startup] = await Promise.all([inspectWith(name, task), files.read(target(name).startup)]);
        return [name, await viewOf(inspection, task, startup)] as const;
      });
      return new Map(await Promise.all(views));
    },

    async recentOutput(name, lines) {
      const { definition } = await inspectWith(name, undefined);
      if (!definition) return [];
      const log = paths.join(definition.workingDirectory, 'logs', 'service.log');
      return (await files.tail(log, TAIL_BYTES)).split(/\r?\n/).filter(Boolean).slice(-lines);
    },
  };

  async function planInstallation(name: string, facts: LogonFacts, intent: Extract<Intent, { kind: 'install' }>): Promise<Plan> {
    const builtin = builtinPlace(host).pathOf(name);
    if (await files.stat(builtin).catch(() => undefined)) throw new Problem('SERVICE_IN_OTHER_SCOPE', { name, path: builtin });
    const wanted = await wantedLogon(name, intent.wanted, facts);
    return { ...planLogonInstall(target(name), facts, wanted, { ...intent, place: scope.place }), notes: NOTES[scope.place] };
  }

  async function hasEnded(name: string): Promise<boolean> {
    const { facts } = await look(name);
    return !facts.active;
  }

  /** What is there of it. The task is named, as it has no path. */
  async function remains(name: string, stateDir: string): Promise<{ ours: string[]; kept: string[] }> {
    const { launcher, xml, startup, stop } = target(name);
    const candidates = [launcher, xml, startup, stop, paths.join(stateDir, SERVICE_ENV_FILE)];
    const kinds = await Promise.all(candidates.map((path) => files.trees.kindOf(path).catch(() => undefined)));
    const task = (await askTasks(host, [name])).get(name);
    const there = candidates.filter((_, i) => kinds[i] !== undefined);
    return { ours: [...there, ...(typeof task === 'object' ? [`the task ${name}`] : [])], kept: [] };
  }

  /** Ours by their launchers; those of others by what the Task Scheduler runs. */
  async function list(): Promise<string[]> {
    const own = (await files.list(folder)).flatMap((file) => (file.endsWith('.cmd') ? [file.slice(0, -'.cmd'.length)] : []));
    const others = [...(await allTasks(host))].flatMap(([name, { xml }]) => (/gateway/i.test(xml) ? [name] : []));
    return [...new Set([...own, ...others])].sort();
  }
}

const TAIL_BYTES = 64 * 1024;

/** Without a launcher of ours, only the Task Scheduler can say what runs under a name. */
const needsTask = (launcher: string | undefined) => launcher === undefined;

const NOTES: Record<LogonPlace, readonly string[]> = {
  task: [],
  startup: ['It starts with the logon of this account, and a window may flash up as it does'],
};

const NOTHING: ManagerView = {
  ...{ enabled: false, state: 'stopped', detail: '', pid: undefined, lastExitStatus: undefined, restarts: 0 },
  ...{ gaveUp: false, lastRunMs: undefined },
};

/** What differs and matters. Another description alone would be no reason to restart anything; an older launcher is. */
function launcherDrift({ launcher, definition }: LogonFacts, wanted: ServiceDefinition, text: string): Drift[] {
  if (launcher === undefined) return [];
  if (!definition) return [{ field: 'launcher', installed: 'runs nothing', wanted: wanted.argv.join(' ') }];
  const drift = diffDefinitions(definition, wanted);
  const plain = (source: string) => source.split('\r\n').filter((line) => !line.startsWith('rem ')).join('\r\n');
  if (drift.length > 0 || plain(launcher) === plain(text)) return drift;
  return [{ field: 'launcher', installed: 'written in another way', wanted: 'as this version writes it' }];
}
