import {
  isProblem,
  type ManagerView,
  Problem,
  type ServiceDefinition,
  type Step,
  type SystemdFacts,
  type SystemdTarget,
  type UnitProperties,
} from '@polygate/core';
import {
  adoptionDoubts,
  auditUnit,
  parseGlobPath,
  parseSystemctlShow,
  parseUnit,
  planAdoption,
  planInstall,
  planRemoval,
  planRestart,
  planRestore,
  planStart,
  planStop,
  planUninstall,
  readUnit,
  refuseMasked,
  systemdComplaint,
  systemdView,
  unmaskCommand,
  valuesAt,
} from '@polygate/core/service';
import type { Host } from '../../ports.ts';
import { applySteps } from '../apply.ts';
import type { AdoptIntent, Inspection, Intent, Plan, ServiceManager } from '../manager.ts';
import { builtinPlace } from '../places.ts';
import { dropInsOf, hasUnread, readUnitFile, seenBy } from './facts.ts';
import type { Scope } from './scope.ts';

const PROPERTIES = [
  ...['Id', 'LoadState', 'ActiveState', 'SubState', 'Result', 'MainPID', 'ExecMainStatus', 'ExecMainCode', 'NRestarts'],
  ...['UnitFileState', 'FragmentPath', 'NeedDaemonReload', 'DropInPaths'],
  ...['ExecMainStartTimestampMonotonic', 'ExecMainExitTimestampMonotonic', 'StatusText'],
].join(',');

/** What a plan rests on, and what stands in its way. */
interface SeenUnit extends SystemdFacts {
  unreadable: Problem | undefined;
  /** The manager cannot read it, and reading it again would not help. */
  broken: boolean;
}

/** A systemd as a service manager, of whichever scope. */
export function systemdManager(host: Host, scope: Scope): ServiceManager {
  const { files, paths, processes } = host;
  const { systemctl } = scope;
  const unitPath = (name: string) => paths.join(scope.unitDir, `${name}.service`);
  const wantsPath = (name: string) => paths.join(scope.wantsDir, `${name}.service`);
  const target = (name: string): SystemdTarget => ({ unit: `${name}.service`, unitPath: unitPath(name), systemctl });

  const showAll = async (names: readonly string[]): Promise<UnitProperties[]> => {
    const { options } = await scope.reach();
    const asked = [...systemctl, 'show', ...names.map((name) => `${name}.service`), '-p', PROPERTIES];
    const { code, stdout, stderr, failure } = await processes.query(asked, options);
    if (code !== 0) throw unreachable(stderr || failure || `exit ${code}`);
    return parseSystemctlShow(stdout);
  };
  const show = async (name: string): Promise<UnitProperties> => (await showAll([name]))[0] ?? {};

  const unreachable = (said: string): Problem => {
    const reason = said.trim().split('\n')[0] ?? '';
    return new Problem('MANAGER_UNREACHABLE', { manager: scope.called, reason, advice: scope.advise(said) });
  };

  /** Without a manager that can be asked, what the files tell. */
  const facts = async (name: string): Promise<SeenUnit> => {
    const { awake } = await scope.reach();
    const { text: unitText, unreadable } = await readUnitFile(files, unitPath(name));
    if (awake) {
      const [properties, overrides] = await Promise.all([show(name), dropInsOf(files, paths, unitPath(name))]);
      const seen = seenBy(properties);
      return { unitText, unreadable, ...seen, needsReload: seen.needsReload || hasUnread(overrides, properties) };
    }
    const enabled = (await files.stat(wantsPath(name))) !== undefined;
    const masked = (await files.stat(unitPath(name)).catch(() => undefined))?.kind === 'other';
    return { unitText, unreadable, enabled, active: false, masked, needsReload: false, broken: false };
  };
  /** What systemd finds wrong with a unit that it cannot read. */
  const complaint = async (name: string): Promise<string | undefined> => {
    const { options } = await scope.reach();
    const about = { unit: `${name}.service`, path: unitPath(name) };
    const verify = ['systemd-analyze', ...systemctl.slice(1), 'verify', '--man=no', '--recursive-errors=no', about.path];
    return systemdComplaint((await processes.query(verify, options)).stderr, about);
  };

  return {
    id: scope.id,
    label: 'systemd',
    loadedText: 'enabled',
    notLoadedText: 'disabled',
    options: scope.options,
    folder: scope.folder,
    detect: () => scope.detect(),

    async inspect(name): Promise<Inspection> {
      const path = unitPath(name);
      const { text, unreadable } = await readUnitFile(files, path);
      const definition = text === undefined ? undefined : readUnit(parseUnit(text));
      const mode = text === undefined ? undefined : (await files.stat(path))?.mode;
      return { path, text, mode, definition, unreadable, overrides: await dropInsOf(files, paths, path) };
    },

    audit: ({ text, mode }, configPort) => (text === undefined ? [] : auditUnit({ text, mode: mode ?? 0o600, configPort })),

    remains,

    doubts: ({ text }, wanted) => adoptionDoubts(text ?? '', scope.render(wanted)),

    environmentFilesIn: ({ text }) =>
      valuesAt(parseUnit(text ?? ''), 'Service', 'EnvironmentFile').map((value) => parseGlobPath(value).path),

    overrideAt: ({ path }, name) => paths.join(`${unitPath(name)}.d`, paths.basename(path)),

    async list() {
      return (await files.list(scope.unitDir)).flatMap((file) =>
        file.endsWith('.service') ? [file.slice(0, -'.service'.length)] : [],
      );
    },

    environmentFile: (name, stateDir) => scope.environmentFile(name, stateDir),

    prepare: () => scope.before(),

    async plan(name, intent): Promise<Plan> {
      const [now, { awake }] = await Promise.all([facts(name), scope.reach()]);
      const at = target(name);
      // A stop needs no definition.
      if (now.unreadable && intent.kind !== 'stop') throw now.unreadable;
      const asPlan = (steps: Step[]): Plan => ({ result: steps.length > 0 ? 'apply' : 'up-to-date', drift: [], steps });
      switch (intent.kind) {
        case 'install':
          // A plan can be shown on any host; whether it can be carried out here, detect tells.
          return planInstallation(name, now, intent);
        case 'adopt':
          return asPlan(await planTakingOver(name, now, intent));
        case 'restore':
          return asPlan(planRestore(at, now, { was: { ...intent, target: target(intent.from) }, files: intent.files }));
        case 'uninstall': {
          if (!intent.force) refuseMasked(at, now);
          const { ours } = await remains(name, intent.stateDir);
          const left = { files: ours.filter((path) => path !== at.unitPath), after: await scope.after(name) };
          // What cannot be asked can still be cleared away.
          return asPlan(awake ? planUninstall(at, now, left) : planRemoval(at, now, left));
        }
        case 'stop':
          return asPlan(planStop(at, now));
        default: {
          const missing = await scope.detect();
          if (missing) throw missing;
          // A mask may be all that there is of it.
          if (now.unitText === undefined && !now.active && !now.masked)
            throw new Problem('SERVICE_NOT_INSTALLED', { name, scope: scope.options });
          if (now.broken && !(now.active && intent.kind === 'start')) throw await broken(name);
          return asPlan(intent.kind === 'start' ? planStart(at, now) : planRestart(at, now));
        }
      }
    },

    async apply(steps) {
      try {
        return await applySteps(host, steps, (await scope.reach()).options);
      } catch (error) {
        throw scope.explain(error) ?? error;
      }
    },

    status: async (name) => (await statuses([name])).get(name),
    statuses,

    async recentOutput(name, lines, sinceMs) {
      const { options } = await scope.reach();
      const since = sinceMs === undefined ? [] : [`--since=@${(sinceMs / 1000).toFixed(3)}`];
      const asked = ['journalctl', ...scope.journal(`${name}.service`), ...since, '-n', String(lines), '-o', 'cat', '--no-pager'];
      const { stdout } = await processes.query(asked, options);
      return stdout.split('\n').filter((line) => line !== '' && line !== '-- No entries --');
    },
  };

  async function statuses(names: readonly string[]): Promise<ReadonlyMap<string, ManagerView>> {
    const { awake } = await scope.reach();
    if (!awake || names.length === 0) return new Map();
    try {
      const all = await showAll(names);
      // One block for each name, in their order: its Id may be another name of the unit.
      const views = names.map(async (name, i) => [name, await viewOf(name, all[i] ?? {})] as const);
      return new Map(await Promise.all(views));
    } catch (error) {
      if (isProblem(error)) return new Map();
      throw error;
    }
  }

  async function viewOf(name: string, properties: UnitProperties): Promise<ManagerView> {
    const { clock } = host;
    const view = systemdView(properties, { realMs: clock.now(), monotonicMs: clock.monotonic() });
    if (view.obstacle === 'masked') return { ...view, remedy: unmaskCommand(target(name), seenBy(properties)) };
    return view.obstacle === 'bad-definition' ? { ...view, why: await complaint(name) } : view;
  }

  async function broken(name: string): Promise<Problem> {
    const reason = (await complaint(name)) ?? 'it has a bad setting';
    return new Problem('SERVICE_BROKEN', { name, path: unitPath(name), reason });
  }

  /** What is there of a service. A file with secrets that somebody else's unit names is not ours, nor is a drop-in. */
  async function remains(name: string, stateDir: string): Promise<{ ours: string[]; kept: string[] }> {
    const candidates = [unitPath(name), wantsPath(name), scope.environmentFile(name, stateDir)];
    const kinds = await Promise.all(candidates.map((path) => files.trees.kindOf(path).catch(() => undefined)));
    const overrides = await dropInsOf(files, paths, unitPath(name));
    return { ours: candidates.filter((_, i) => kinds[i] !== undefined), kept: overrides.map(({ path }) => path) };
  }

  async function planTakingOver(name: string, now: SystemdFacts, intent: AdoptIntent): Promise<Step[]> {
    const { definition, environmentFile } = intent.wanted;
    const secrets: Step[] = environmentFile
      ? [{ do: 'write', path: environmentFile.path, mode: 0o600, content: environmentFile.content }]
      : [];
    const overrides = intent.from === name ? [] : await dropInsOf(files, paths, unitPath(intent.from));
    const dropIns = await Promise.all(
      overrides.map(async ({ path }) => ({
        from: path,
        to: paths.join(`${unitPath(name)}.d`, paths.basename(path)),
        content: (await files.read(path)) ?? '',
      })),
    );
    const was = { target: target(intent.from), facts: intent.from === name ? now : await facts(intent.from), dropIns };
    const wanted = { target: target(name), facts: now, unit: scope.render(definition) };
    return planAdoption(was, { ...wanted, files: [...intent.files, ...secrets], before: await scope.before() });
  }

  /** The same name in both scopes: for the same gateway they would be two of it, for another one nobody could tell them apart. */
  async function refuseInOtherScope(name: string, wanted: ServiceDefinition): Promise<void> {
    const builtin = builtinPlace(host).pathOf(name);
    if (await files.stat(builtin).catch(() => undefined)) throw new Problem('SERVICE_IN_OTHER_SCOPE', { name, path: builtin });
    const path = paths.join(scope.otherUnitDir, `${name}.service`);
    if (!(await files.stat(path).catch(() => undefined))) return;
    const there = readUnit(parseUnit((await files.read(path).catch(() => undefined)) ?? ''))?.environment ?? {};
    const key = Object.keys(wanted.environment).find((variable) => variable.endsWith('_STATE_DIR')) ?? '';
    const owner = there[key] !== undefined && there[key] !== wanted.environment[key] ? { owner: there[key] } : {};
    const account = host.users.isOther ? { account: host.users.name } : {};
    throw new Problem('SERVICE_IN_OTHER_SCOPE', { name, path, ...owner, ...account });
  }

  async function planInstallation(name: string, now: SystemdFacts, intent: Extract<Intent, { kind: 'install' }>): Promise<Plan> {
    const { definition, environmentFile } = intent.wanted;
    await refuseInOtherScope(name, definition);
    const secrets: Step[] = environmentFile
      ? [{ do: 'write', path: environmentFile.path, mode: 0o600, content: environmentFile.content }]
      : [];
    const secretsDiffer =
      environmentFile !== undefined &&
      (await files.read(environmentFile.path).catch(() => undefined)) !== environmentFile.content;
    const wanted = { definition, unit: scope.render(definition), files: secrets, filesDiffer: secretsDiffer };
    const plan = planInstall(target(name), now, wanted, { ...intent, before: await scope.before() });
    return { ...plan, result: plan.result === 'up-to-date' || plan.result === 'drifted' ? plan.result : 'apply' };
  }
}
