import { isProblem, type ManagerView, Problem, type ServiceDefinition, type Step } from '@polygate/core';
import {
  auditJob,
  type DomainKind,
  domainOf,
  installedOf,
  jobDoubts,
  jobOf,
  type LaunchdFacts,
  type LaunchdTarget,
  launchdView,
  outputOf,
  planJobAdoption,
  planJobInstall,
  planJobRestart,
  planJobRestore,
  planJobStart,
  planJobStop,
  planJobUninstall,
  readPlist,
} from '@polygate/core/launchd';
import { PARKED_FILE, PARKED_FILE_VARIABLE, parseParked } from '@polygate/core/service';
import type { Host } from '../../ports.ts';
import { applySteps } from '../apply.ts';
import type { Inspection, Intent, Plan, ServiceManager, WantedService } from '../manager.ts';
import { refuseCollision } from './collisions.ts';
import { explainRefusal } from './explain.ts';
import { inspectJob, namesIn } from './files.ts';
import { launchctl, launchctlOptions } from './launchctl.ts';
import type { Scope } from './scope.ts';

const TAIL_BYTES = 64 * 1024;

/** launchd as a service manager, of whichever scope. */
export function launchdManager(host: Host, scope: Scope): ServiceManager {
  const { files, paths } = host;
  const tool = launchctl(host);
  const pathOf = (name: string) => paths.join(scope.jobDir, `${name}.plist`);
  const inspect = (name: string) => inspectJob(host, pathOf(name));
  const targetIn = (name: string, kind: DomainKind): LaunchdTarget => ({
    label: name,
    path: pathOf(name),
    domain: scope.domain(kind),
  });

  /** The domain that an installed job is for; of one that is not, the one that there is now. */
  const kindOf = async ({ text }: Inspection): Promise<DomainKind> => {
    if (scope.kinds.length === 1) return scope.kinds[0] as DomainKind;
    const { dict } = text === undefined ? {} : readPlist(text);
    return dict ? domainOf(dict) : scope.choose();
  };

  /** Where launchd has a label, with what it says of it. */
  const loaded = async (name: string, kinds = scope.kinds) => {
    const all = await Promise.all(
      kinds.map(async (kind) => ({ domain: scope.domain(kind), properties: await tool.print(scope.domain(kind), name) })),
    );
    return all.flatMap(({ domain, properties }) => (properties ? [{ domain, properties }] : []));
  };

  const seen = async (name: string, inspection: Inspection, kind: DomainKind) => {
    const [there, disabled] = await Promise.all([loaded(name), tool.isDisabled(scope.domain(kind), name)]);
    const facts: LaunchdFacts = {
      text: inspection.text,
      loadedIn: there.map(({ domain }) => domain),
      disabled: disabled ?? false,
    };
    return { facts, runs: there.some(({ properties }) => properties.pid !== undefined), there };
  };

  return {
    id: scope.id,
    label: scope.label,
    loadedText: 'loaded',
    notLoadedText: 'not loaded',
    options: scope.options,
    folder: scope.folder,
    detect: () => scope.detect(),
    inspect,
    audit: ({ path, text, mode }, configPort) =>
      text === undefined
        ? []
        : auditJob({ text, mode: mode ?? 0o600, label: paths.basename(path).replace(/\.plist$/, ''), configPort }),
    remains,
    doubts: ({ text }, wanted) => jobDoubts(text ?? '', jobFor('any', wanted, scope.kinds[0] as DomainKind)),
    // What the newest generation keeps in a file is read with the definition.
    environmentFilesIn: () => [],
    overrideAt: ({ path }, name) => paths.join(`${pathOf(name)}.d`, paths.basename(path)),
    list: () => namesIn(files, scope.jobDir),
    environmentFile: (name, stateDir) => scope.environmentFile(name, stateDir),
    prepare: async () => [],

    async plan(name, intent): Promise<Plan> {
      const inspection = await inspect(name);
      // A stop needs no definition.
      if (inspection.unreadable && intent.kind !== 'stop') throw inspection.unreadable;
      const kind = await (intent.kind === 'install' && intent.force ? scope.choose() : kindOf(inspection));
      const plan = await planned(name, intent, inspection, kind);
      const ends = plan.steps.some((step) => step.do === 'run' && step.argv[1] === 'bootout');
      if (ends && host.env.XPC_SERVICE_NAME === name) throw new Problem('SERVICE_IS_OWN', { name, what: intent.kind });
      return plan;
    },

    async apply(steps) {
      try {
        return await applySteps(host, steps, launchctlOptions(host));
      } catch (error) {
        throw isProblem(error, 'MANAGER_FAILED') ? await explainRefusal(tool, error) : error;
      }
    },

    status: async (name) => (await statuses([name])).get(name),
    statuses,

    async recentOutput(name, lines, sinceMs) {
      const { text } = await inspect(name);
      const { dict } = text === undefined ? {} : readPlist(text);
      for (const path of dict ? outputOf(dict) : []) {
        // Lines have no times: a file that nothing was added to since tells of an earlier run.
        const about = await files.stat(path).catch(() => undefined);
        if (!about || (sinceMs !== undefined && about.modifiedMs < sinceMs)) continue;
        const said = (await files.tail(path, TAIL_BYTES)).split('\n').filter((line) => line !== '');
        if (said.length > 0) return said.slice(-lines);
      }
      return [];
    },
  };

  function jobFor(name: string, definition: ServiceDefinition, domain: DomainKind) {
    return jobOf(definition, { label: name, domain, output: scope.outputOf(definition) });
  }

  async function planned(name: string, intent: Intent, inspection: Inspection, kind: DomainKind): Promise<Plan> {
    const at = targetIn(name, kind);
    const { facts, runs } = await seen(name, inspection, kind);
    const asPlan = (steps: Step[]): Plan => ({ result: steps.length > 0 ? 'apply' : 'up-to-date', drift: [], steps });
    switch (intent.kind) {
      case 'install': {
        await refuseCollision(host, { ...scope, inspect }, name, intent.wanted.definition);
        const { definition } = intent.wanted;
        const wanted = {
          definition,
          job: jobFor(name, definition, kind),
          ...(await secretsOf(intent.wanted)),
          directories: directoriesOf(definition),
        };
        const { result, drift, steps } = planJobInstall(at, facts, wanted, intent);
        const notes = steps.length > 0 ? scope.notes(kind) : [];
        return { result: result === 'up-to-date' || result === 'drifted' ? result : 'apply', drift, steps, notes };
      }
      case 'adopt': {
        const { definition } = intent.wanted;
        const there = intent.from === name ? inspection : await inspect(intent.from);
        const theirs = await kindOf(there);
        const was = await seen(intent.from, there, theirs);
        const wanted = {
          job: jobFor(name, definition, theirs),
          files: [...intent.files, ...(await secretsOf(intent.wanted)).files],
        };
        return asPlan(
          planJobAdoption(
            { target: targetIn(intent.from, theirs), facts: was.facts, active: was.facts.loadedIn.length > 0 },
            { target: targetIn(name, theirs), facts, ...wanted, directories: directoriesOf(definition) },
          ),
        );
      }
      case 'restore':
        return asPlan(
          planJobRestore(at, facts, { was: { target: targetIn(intent.from, kind), active: intent.active }, files: intent.files }),
        );
      case 'uninstall': {
        const { ours } = await remains(name, intent.stateDir);
        return asPlan(
          planJobUninstall(
            at,
            facts,
            ours.filter((path) => path !== at.path),
          ),
        );
      }
      case 'stop':
        return asPlan(planJobStop(at, facts));
      default: {
        const missing = await scope.detect();
        if (missing) throw missing;
        if (facts.text === undefined && facts.loadedIn.length === 0)
          throw new Problem('SERVICE_NOT_INSTALLED', { name, scope: scope.options });
        return asPlan(intent.kind === 'start' ? planJobStart(at, facts, runs) : planJobRestart(at, facts));
      }
    }
  }

  function directoriesOf(definition: ServiceDefinition): string[] {
    const { out, err } = scope.outputOf(definition);
    return [...new Set([paths.dirname(out), paths.dirname(err)])];
  }

  async function secretsOf({ environmentFile }: WantedService): Promise<{ files: Step[]; filesDiffer: boolean }> {
    if (!environmentFile) return { files: [], filesDiffer: false };
    const { path, content } = environmentFile;
    const there = await files.read(path).catch(() => undefined);
    return { files: [{ do: 'write', path, mode: 0o600, content }], filesDiffer: there !== content };
  }

  async function statuses(names: readonly string[]): Promise<ReadonlyMap<string, ManagerView>> {
    const views = await Promise.all(names.map(async (name) => [name, await viewOf(name)] as const));
    return new Map(views.flatMap(([name, view]) => (view ? [[name, view] as const] : [])));
  }

  async function viewOf(name: string): Promise<ManagerView | undefined> {
    const inspection = await inspect(name);
    const kind = await kindOf(inspection);
    const [disabled, own] = await Promise.all([tool.isDisabled(scope.domain(kind), name), loaded(name, [kind])]);
    const there =
      own.length > 0
        ? own
        : await loaded(
            name,
            scope.kinds.filter((other) => other !== kind),
          );
    // Neither answers: there is no launchd to ask, or none of this account.
    if (disabled === undefined && there.length === 0) return undefined;
    const best = there.find(({ properties }) => properties.pid !== undefined) ?? there[0];
    const file = installedOf(inspection.text)?.environment[PARKED_FILE_VARIABLE];
    const said = file === undefined ? undefined : await files.read(file).catch(() => undefined);
    return launchdView({
      properties: best?.properties,
      installed: inspection.text !== undefined,
      disabled: disabled ?? false,
      parks: file !== undefined,
      parked: said === undefined ? undefined : parseParked(said),
    });
  }

  /** What is there of a service. A file with secrets that somebody else's job names is not ours. */
  async function remains(name: string, stateDir: string): Promise<{ ours: string[]; kept: string[] }> {
    const candidates = [pathOf(name), scope.environmentFile(name, stateDir), paths.join(stateDir, PARKED_FILE)];
    const kinds = await Promise.all(candidates.map((path) => files.trees.kindOf(path).catch(() => undefined)));
    return { ours: candidates.filter((_, i) => kinds[i] !== undefined), kept: [] };
  }
}
