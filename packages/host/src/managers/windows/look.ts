import { isProblem, type ManagerView } from '@polygate/core';
import { systemProgram } from '@polygate/core/windows';
import {
  type LogonFacts,
  type LogonTarget,
  readServiceLauncher,
  type TaskState,
  taskView,
} from '@polygate/core/windows-services';
import type { Host } from '../../ports.ts';
import type { Inspection } from '../manager.ts';
import { logonDir, startupDir } from './places.ts';
import { processOf } from './process.ts';
import { scriptOf } from './script.ts';
import { allTasks, askTasks } from './tasks.ts';

type Told = TaskState | 'unknown' | undefined;

/** What is seen of one service, from all sides. */
export interface Seen {
  inspection: Inspection;
  facts: LogonFacts;
  view: ManagerView;
}

const NOTHING: ManagerView = {
  ...{ enabled: false, state: 'stopped', detail: '', pid: undefined, lastExitStatus: undefined, restarts: 0 },
  ...{ gaveUp: false, lastRunMs: undefined },
};

/** What can be asked of the services of an account that start with its logon. */
export interface LogonEyes {
  /** Where launchers lie. */
  folder: string;
  target(name: string): LogonTarget;
  /** The text of somebody else's task, while ours has its name. */
  keptTask(name: string): string;
  look(name: string): Promise<Seen>;
  lookAtAll(names: readonly string[]): Promise<[string, Seen][]>;
  /** The definition alone. */
  inspect(name: string, options?: { registered: boolean }): Promise<Inspection>;
  list(): Promise<string[]>;
}

/** Looks at services that start with the logon of an account: at the disk, at the Task Scheduler, at what runs. */
export function logonEyes(host: Host, home: string): LogonEyes {
  const { files, paths } = host;
  const folder = logonDir(host, home);
  const target = (name: string): LogonTarget => ({
    name,
    schtasks: systemProgram(host.env, 'schtasks'),
    launcher: paths.join(folder, `${name}.cmd`),
    xml: paths.join(folder, `${name}.xml`),
    startup: paths.join(startupDir(host, home), `${name}.cmd`),
    stop: paths.join(folder, `${name}.stop`),
  });
  const startupOf = (name: string) => files.read(target(name).startup).catch(() => undefined);

  /** The definition as it lies on disk: our launcher, else what a task of this name, or the Startup folder, runs. */
  async function inspectWith(name: string, task: Told): Promise<Inspection> {
    const at = target(name);
    const registered = typeof task === 'object' ? task.xml : undefined;
    const none: Inspection = {
      ...{ path: at.launcher, text: undefined, mode: undefined, definition: undefined, overrides: [], registered },
    };
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
  }

  /** The scheduler's word on the task, with the process that is found by its lock: a task that is «ready» may have left one. */
  async function viewOf({ definition }: Inspection, task: Told, startup: string | undefined): Promise<ManagerView> {
    const process = definition && (await processOf(host, definition));
    const told = typeof task === 'object' ? taskView(task) : NOTHING;
    // Of a task that is known not to run, what holds the lock was started by somebody else.
    const runs =
      process !== undefined &&
      (typeof task === 'object' ? told.state === 'running' : startup !== undefined || task === 'unknown');
    const quiet = told.state === 'running' ? 'starting' : task === 'unknown' && startup === undefined ? 'unknown' : told.state;
    const registration = startup === undefined ? 'not registered' : 'in the Startup folder';
    return {
      ...told,
      enabled: told.enabled || startup !== undefined,
      state: runs ? 'running' : quiet,
      detail: typeof task === 'object' ? told.detail : task === 'unknown' ? 'the Task Scheduler does not answer' : registration,
      pid: runs ? process.pid : undefined,
      ...(runs ? { startedMs: host.clock.now() - process.ageMs } : {}),
    };
  }

  async function seen(name: string, task: Told): Promise<Seen> {
    const [inspection, startup] = await Promise.all([inspectWith(name, task), startupOf(name)]);
    const view = await viewOf(inspection, task, startup);
    const facts: LogonFacts = {
      launcher: inspection.path === target(name).launcher ? inspection.text : undefined,
      definition: inspection.definition,
      ...{ task, startup },
      active: view.state === 'running' || view.state === 'starting',
    };
    return { inspection, facts, view };
  }

  return {
    folder,
    target,
    keptTask: (name) => paths.join(folder, `${name}.was.xml`),
    look: async (name) => seen(name, (await askTasks(host, [name])).get(name)),

    async lookAtAll(names) {
      const tasks = await askTasks(host, names);
      return Promise.all(names.map(async (name): Promise<[string, Seen]> => [name, await seen(name, tasks.get(name))]));
    },

    /** With a launcher of ours nobody has to be asked; without one, only the Task Scheduler can say what a name runs. */
    async inspect(name, { registered } = { registered: false }) {
      const own = await inspectWith(name, undefined);
      const isSettled =
        !registered && own.path === target(name).launcher && (own.text !== undefined || own.unreadable !== undefined);
      return isSettled ? own : inspectWith(name, (await askTasks(host, [name])).get(name));
    },

    /** Ours by their launchers; those of others by what the Task Scheduler runs. */
    async list() {
      const own = (await files.list(folder)).flatMap((file) => (file.endsWith('.cmd') ? [file.slice(0, -'.cmd'.length)] : []));
      const others = [...(await allTasks(host))].flatMap(([name, { xml }]) => (/gateway/i.test(xml) ? [name] : []));
      return [...new Set([...own, ...others])].sort();
    },
  };
}
