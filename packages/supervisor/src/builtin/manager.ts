import { type ManagerId, type ManagerView, Problem, type ServiceDefinition, type Step } from '@polygate/core';
import {
  type BuiltinFacts,
  type BuiltinTarget,
  planBuiltinInstall,
  planBuiltinRestart,
  planBuiltinStart,
  planBuiltinStop,
  planBuiltinUninstall,
  renderBuiltin,
  SERVICE_ENV_FILE,
  SUPERVISOR_SERVICE,
} from '@polygate/core/service';
import type { InstanceReport } from '@polygate/core/supervise';
import type {
  Applied,
  CommandOptions,
  Folders,
  Host,
  Inspection,
  Intent,
  Plan,
  ServiceManager,
  WantedService,
} from '@polygate/host';
import { supervisorPlace } from '../control/place.ts';
import { type Boot, lookAtBoot } from './boot.ts';
import { lookAtSupervisor, type Seen, viewOf } from './look.ts';

export interface BuiltinOptions {
  folders: Folders;
  /** The definitions of this manager on the disk. */
  definitions: {
    names(): Promise<string[]>;
    inspect(name: string): Promise<Inspection>;
    pathOf(name: string): string;
    /** Where the other managers of this account would have one of this name. */
    elsewhere(name: string): string[];
  };
  apply(steps: readonly Step[], options: CommandOptions): Promise<Applied>;
  /** How Polygate is called: node and entry. */
  polygate: readonly string[];
  /** `product/profile` of the service of this name; undefined when its definition does not tell. */
  idOf(name: string, definition: ServiceDefinition): string | undefined;
  /** What the last supervisor wrote down. */
  saved(): Promise<readonly InstanceReport[]>;
}

/** A start of a gateway, and of a supervisor where none runs. */
const COMMAND_MS = 180_000;
const OUTPUT_BYTES = 64 * 1024;
const ID: ManagerId = 'builtin';
/** Variables that a supervisor needs: it shall not live in the shell of who happened to start it. */
const KEPT = /^(PATH|HOME|USER|LOGNAME|USERPROFILE|APPDATA|LOCALAPPDATA|SYSTEMROOT|TEMP|TMP|TMPDIR|LANG|TZ|XDG_.*|POLYGATE_.*)$/i;

/** Polygate's own supervisor as a service manager: where there is no other one, and wherever it is asked for. */
export function builtinManager(host: Host, given: BuiltinOptions): ServiceManager {
  const { folders, definitions, apply, polygate, idOf, saved } = given;
  const { files, paths } = host;
  const place = supervisorPlace(host, folders.state);
  const options = {
    env: Object.fromEntries(Object.entries(host.env).filter(([name]) => KEPT.test(name))),
    timeoutMs: COMMAND_MS,
  };
  const environmentFile = (stateDir: string) => paths.join(stateDir, SERVICE_ENV_FILE);
  /** The service of the supervisor starts with the machine, and starts these: a line of cron beside it would be a second one. */
  const boot = async (): Promise<Boot> => {
    const cron = await lookAtBoot(host, folders, polygate);
    const service = await ownService();
    return service === undefined ? cron : { ...cron, enabled: true, reason: undefined, enable: cron.disable };
  };

  /** What an install was about that was put back: what it said last is still there. */
  const planned = new Map<string, ServiceDefinition>();
  const idIn = (name: string, definition: ServiceDefinition | undefined) => definition && idOf(name, definition);

  const factsOf = ({ text, definition }: Inspection, id: string | undefined, { runs, reports }: Seen): BuiltinFacts => {
    const report = reports.find((one) => one.id === id);
    const active = report !== undefined && (report.pid !== null || (runs && report.wanted.value));
    return { text, installed: definition, active, supervised: runs && report !== undefined };
  };

  return {
    id: ID,
    label: 'Polygate',
    loadedText: 'enabled',
    notLoadedText: 'disabled',
    options: '',
    folder: undefined,
    detect: async () => undefined,
    inspect: (name) => definitions.inspect(name),
    audit: () => [],
    remains,
    doubts: () => ({ obstacle: 'nothing of others runs under this supervisor', lost: [] }),
    environmentFilesIn: ({ definition }) => (definition?.environmentFile === undefined ? [] : [definition.environmentFile]),
    overrideAt: (_, name) => paths.join(`${definitions.pathOf(name)}.d`, 'none'),
    list: () => definitions.names(),
    environmentFile: (_, stateDir) => environmentFile(stateDir),
    prepare: async () => (await boot()).enable(),

    async plan(name, intent): Promise<Plan> {
      const inspection = await definitions.inspect(name);
      const wanted = 'wanted' in intent ? intent.wanted.definition : undefined;
      const id = idIn(name, inspection.definition ?? wanted);
      if (wanted) planned.set(name, wanted);
      const seen = await lookAtSupervisor(host, place, saved);
      const facts = factsOf(inspection, id, seen);
      const target: BuiltinTarget = { path: inspection.path, id: id ?? name, polygate };
      const asPlan = (steps: Step[]): Plan => ({ result: steps.length > 0 ? 'apply' : 'up-to-date', drift: [], steps });
      switch (intent.kind) {
        case 'install':
          return planInstallation(name, { ...target, id: idIn(name, wanted) ?? target.id }, facts, intent);
        case 'uninstall': {
          const { ours } = await remains(name, intent.stateDir);
          const others = (await definitions.names()).filter((other) => other !== name);
          const after = [...leaveSteps(seen, id), ...(others.length === 0 ? (await boot()).disable() : [])];
          const left = ours.filter((path) => path !== target.path);
          return asPlan(planBuiltinUninstall(target, facts, { files: left, after }));
        }
        case 'stop':
          return asPlan(id === undefined ? [] : planBuiltinStop(target, facts));
        case 'start':
        case 'restart':
          if (facts.text === undefined) throw new Problem('SERVICE_NOT_INSTALLED', { name });
          if (id === undefined) throw notReadable(name, target.path);
          return asPlan(intent.kind === 'start' ? planBuiltinStart(target, facts) : planBuiltinRestart(target, facts));
        default:
          throw new Problem('NOTHING_ADOPTED', { name });
      }
    },

    apply: (steps) => apply(steps, options),

    status: async (name) => (await statuses([name])).get(name),
    statuses,

    async recentOutput(name, lines, since) {
      const { definition } = await definitions.inspect(name);
      const directory = (definition ?? planned.get(name))?.workingDirectory;
      if (directory === undefined) return [];
      const file = paths.join(directory, 'logs', 'console.log');
      // Its lines have no time of their own.
      if (((await files.stat(file).catch(() => undefined))?.modifiedMs ?? 0) < (since ?? 0)) return [];
      const text = await files.tail(file, OUTPUT_BYTES);
      return text
        .split('\n')
        .filter((line) => line !== '')
        .slice(-lines);
    },
  };

  async function statuses(names: readonly string[]): Promise<ReadonlyMap<string, ManagerView>> {
    const installed = await Promise.all(names.map(async (name) => (await definitions.inspect(name)).definition));
    // What is not installed is not started with the machine: cron is not asked for it.
    const isAny = installed.some((definition) => definition !== undefined);
    const [seen, enabled] = await Promise.all([
      lookAtSupervisor(host, place, saved),
      isAny && boot().then((found) => found.enabled),
    ]);
    const views = names.map((name, i) => {
      const definition = installed[i];
      return [name, viewOf(seen, idIn(name, definition ?? planned.get(name)), enabled && definition !== undefined)] as const;
    });
    return new Map(views);
  }

  async function remains(name: string, stateDir: string): Promise<{ ours: string[]; kept: string[] }> {
    const candidates = [definitions.pathOf(name), environmentFile(stateDir)];
    const kinds = await Promise.all(candidates.map((path) => files.trees.kindOf(path).catch(() => undefined)));
    return { ours: candidates.filter((_, i) => kinds[i] !== undefined), kept: [] };
  }

  /** A supervisor that has nothing else to look after ends with the last one. */
  function leaveSteps({ runs, reports }: Seen, id: string | undefined): Step[] {
    const isBusy = reports.some((one) => one.id !== id && (one.wanted.value || one.pid !== null));
    if (!runs || isBusy || !reports.some((one) => one.id === id)) return [];
    const argv = [...polygate, 'supervisor', 'stop'];
    return [{ do: 'run', argv, advice: `The supervisor goes on with nothing to do; to end it: ${argv.join(' ')}` }];
  }

  async function planInstallation(
    name: string,
    target: BuiltinTarget,
    facts: BuiltinFacts,
    { wanted, force }: Extract<Intent, { kind: 'install' }>,
  ): Promise<Plan> {
    await refuseOtherManager(name);
    const { definition } = wanted;
    const secrets = await secretsOf(wanted);
    const { enable, reason } = await boot();
    const plan = planBuiltinInstall(
      target,
      facts,
      { definition, content: renderBuiltin(definition), ...secrets },
      { force, boot: enable() },
    );
    if (reason === undefined) return plan;
    const note = `It does not start with the machine (${reason}): have the machine run ${[...polygate, 'up', '--detach', '--installed'].join(' ')}`;
    return { ...plan, notes: [note] };
  }

  async function secretsOf({ environmentFile: secret }: WantedService): Promise<{ files: Step[]; filesDiffer: boolean }> {
    if (!secret) return { files: [], filesDiffer: false };
    const { path, content } = secret;
    const filesDiffer = (await files.read(path).catch(() => undefined)) !== content;
    return { files: [{ do: 'write', path, mode: 0o600, content }], filesDiffer };
  }

  /** The definition of the service that runs this account's supervisor. One of the system names its account. */
  async function ownService(): Promise<string | undefined> {
    for (const path of definitions.elsewhere(SUPERVISOR_SERVICE)) {
      const text = await files.read(path).catch(() => undefined);
      const account = /^User=(.*)$|<key>UserName<\/key>\s*<string>(.*)<\/string>/m
        .exec(text ?? '')
        ?.slice(1)
        .find((name) => name);
      if (text !== undefined && (account === undefined || account === host.users.name)) return path;
    }
    return undefined;
  }

  /** A gateway of one name under two managers would be two on one port. */
  async function refuseOtherManager(name: string): Promise<void> {
    for (const path of definitions.elsewhere(name)) {
      if (await files.stat(path).catch(() => undefined)) throw new Problem('SERVICE_IN_OTHER_SCOPE', { name, path });
    }
  }
}

const notReadable = (name: string, path: string) =>
  new Problem('SERVICE_ALTERED', { name, path, reason: 'it does not tell which gateway it runs' });
