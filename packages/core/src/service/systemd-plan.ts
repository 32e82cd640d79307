import { Problem } from '../errors/problem.ts';
import { parseUnit, renderUnit, type UnitFile } from '../formats/systemd-unit.ts';
import type { ServiceDefinition } from './definition.ts';
import { type Drift, diffDefinitions } from './diff.ts';
import type { RunStep, Step } from './steps.ts';
import { readUnit } from './systemd.ts';
import { diffPolicy } from './systemd-policy.ts';

/** What is there now, as the disk and the manager tell. */
export interface SystemdFacts {
  /** Text of the unit file, when there is one. */
  unitText: string | undefined;
  /** UnitFileState says that it starts at boot. */
  enabled: boolean;
  /** The manager runs it, is starting it, or is about to start it again. */
  active: boolean;
  /** It is forbidden to start (systemctl mask). */
  masked: boolean;
  /** The manager has an older text in memory than there is on disk. */
  needsReload: boolean;
}

export interface SystemdTarget {
  unit: string;
  unitPath: string;
  /** How to call systemctl for this scope: `['systemctl', '--user']`. */
  systemctl: readonly string[];
}

export interface InstallPlan {
  /** Nothing to do, something new, or something there that differs and is left alone without force. */
  result: 'up-to-date' | 'install' | 'replace' | 'drifted';
  drift: Drift[];
  steps: Step[];
}

/** How the wanted unit comes to be installed, enabled and running. `before` are steps that must come first (linger). */
export function planInstall(
  target: SystemdTarget,
  facts: SystemdFacts,
  wanted: { definition: ServiceDefinition; unit: UnitFile; files: Step[]; filesDiffer: boolean },
  options: { force: boolean; before: Step[] },
): InstallPlan {
  if (facts.masked)
    throw new Problem('SERVICE_MASKED', { name: target.unit, unmask: [...target.systemctl, 'unmask', target.unit].join(' ') });
  const content = renderUnit(wanted.unit);
  const write: Step = { do: 'write', path: target.unitPath, mode: 0o644, content };
  const reload = run(target, ['daemon-reload'], { settle: ['daemon-reload'] });
  const enable = run(target, ['enable', target.unit], facts.enabled ? {} : { undo: ['disable', target.unit] });

  if (facts.unitText === undefined) {
    const start = run(target, ['restart', target.unit], { undo: ['stop', target.unit] });
    return { result: 'install', drift: [], steps: [...options.before, ...wanted.files, write, reload, enable, start] };
  }
  const drift = driftOf(facts.unitText, wanted, content);
  if (drift.length === 0) {
    const steps = [...(facts.needsReload ? [reload] : []), ...(facts.enabled ? [] : [...options.before, enable])];
    return { result: steps.length > 0 ? 'install' : 'up-to-date', drift: [], steps };
  }
  if (!options.force) return { result: 'drifted', drift, steps: [] };
  const start = run(
    target,
    ['restart', target.unit],
    facts.active ? { settle: ['restart', target.unit] } : { undo: ['stop', target.unit] },
  );
  return { result: 'replace', drift, steps: [...options.before, ...wanted.files, write, reload, enable, start] };
}

/** Stops, disables and removes the unit; nothing when there is none. */
export function planUninstall(target: SystemdTarget, facts: SystemdFacts, files: readonly string[]): Step[] {
  if (facts.unitText === undefined && !facts.active && !facts.enabled) return [];
  return [
    run(target, ['disable', '--now', target.unit], {
      tolerate: /does not exist|not loaded|No such file/,
      ...restoring(target, facts),
    }),
    { do: 'remove', path: target.unitPath },
    ...files.map((path): Step => ({ do: 'remove', path })),
    run(target, ['daemon-reload']),
    // A unit that failed stays in the manager's memory until this.
    run(target, ['reset-failed', target.unit], { tolerate: /not loaded/ }),
  ];
}

/** Once its file is there again, it starts by itself and runs as it did. */
function restoring({ unit }: SystemdTarget, { enabled, active }: SystemdFacts): Extras {
  if (enabled) return { undo: active ? ['enable', '--now', unit] : ['enable', unit] };
  return active ? { undo: ['start', unit] } : {};
}

/** Clears away the unit and what belongs to it where no manager can be asked: nothing runs, and files are all there is. */
export function planRemoval(target: SystemdTarget, facts: SystemdFacts, files: readonly string[]): Step[] {
  if (facts.unitText === undefined && !facts.enabled) return [];
  return [target.unitPath, ...files].map((path): Step => ({ do: 'remove', path }));
}

export function planStart(target: SystemdTarget, facts: SystemdFacts): Step[] {
  if (facts.active) return [];
  // After a crash loop the start limit would refuse the start.
  return [run(target, ['reset-failed', target.unit], { tolerate: /not loaded/ }), run(target, ['start', target.unit])];
}

export function planStop(target: SystemdTarget, facts: SystemdFacts): Step[] {
  return facts.active ? [run(target, ['stop', target.unit])] : [];
}

export function planRestart(target: SystemdTarget): Step[] {
  return [run(target, ['reset-failed', target.unit], { tolerate: /not loaded/ }), run(target, ['restart', target.unit])];
}

type Extras = { undo?: string[]; settle?: string[]; tolerate?: RegExp };

function run({ systemctl }: SystemdTarget, args: string[], { undo, settle, tolerate }: Extras = {}): RunStep {
  return {
    do: 'run',
    argv: [...systemctl, ...args],
    ...(undo ? { undo: [...systemctl, ...undo] } : {}),
    ...(settle ? { settle: [...systemctl, ...settle] } : {}),
    ...(tolerate ? { tolerate } : {}),
  };
}

/** What differs and matters. Another description alone does not: it would be no reason to restart anything. */
function driftOf(
  unitText: string,
  { definition, unit, filesDiffer }: { definition: ServiceDefinition; unit: UnitFile; filesDiffer: boolean },
  content: string,
): Drift[] {
  const secrets: Drift[] = filesDiffer ? [{ field: 'secrets', installed: '***', wanted: '***' }] : [];
  if (unitText === content) return secrets;
  const file = parseUnit(unitText);
  const installed = readUnit(file);
  if (!installed) return [{ field: 'unit', installed: 'no ExecStart', wanted: definition.argv.join(' ') }];
  return [...diffDefinitions(installed, definition), ...diffPolicy(file, unit), ...secrets];
}
