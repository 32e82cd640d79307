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
  /** Forbidden until the next boot only (systemctl mask --runtime). */
  maskedForNow?: boolean;
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
  options: { force: boolean; before: Step[]; settle?: boolean },
): InstallPlan {
  refuseMasked(target, facts);
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
    // Neither enabled nor running is what an install that was cut short leaves: it is ended. What is enabled was stopped by somebody.
    const start = facts.active || options.settle ? [] : [run(target, ['restart', target.unit], { undo: ['stop', target.unit] })];
    const steps = [...(facts.needsReload ? [reload] : []), ...(facts.enabled ? [] : [...options.before, enable, ...start])];
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

/** What an uninstall removes besides the unit, of what is there: its link, its file with secrets, its empty directories. */
export interface Leftovers {
  files: readonly string[];
  /** What is done at the very end: lingering that Polygate switched on. */
  after: readonly Step[];
}

const ABSENT = /does not exist|not loaded|No such file/;

/** Stops, disables and removes the unit and all that belongs to it; nothing when there is nothing of it. */
export function planUninstall(target: SystemdTarget, facts: SystemdFacts, { files, after }: Leftovers): Step[] {
  if (facts.unitText === undefined && !facts.active && !facts.enabled && !facts.masked && files.length === 0) return [...after];
  return [
    // systemctl refuses to disable what is masked, and stops it all the same.
    ...(facts.masked ? [run(target, ['unmask', ...(facts.maskedForNow ? ['--runtime'] : []), target.unit])] : []),
    run(target, ['disable', '--now', target.unit], { tolerate: ABSENT, ...goBackTo(target, facts) }),
    // Without its file it cannot be disabled, and still runs.
    ...(facts.unitText === undefined && facts.active ? [run(target, ['stop', target.unit], { tolerate: ABSENT })] : []),
    { do: 'remove', path: target.unitPath },
    ...files.map((path): Step => ({ do: 'remove', path })),
    run(target, ['daemon-reload'], { settle: ['daemon-reload'] }),
    // A unit that failed stays in the manager's memory until this.
    run(target, ['reset-failed', target.unit], { tolerate: /not loaded/ }),
    ...after,
  ];
}

/** Makes a unit that was disabled and stopped what it was, once its file is back. */
function goBackTo({ unit }: SystemdTarget, { unitText, enabled, active }: SystemdFacts): Pick<Extras, 'settle'> {
  if (unitText === undefined || !(enabled || active)) return {};
  return { settle: enabled ? ['enable', ...(active ? ['--now'] : []), unit] : ['start', unit] };
}

/** Clears away the unit and what belongs to it where no manager can be asked: nothing runs, and files are all there is. */
export function planRemoval(target: SystemdTarget, facts: SystemdFacts, { files, after }: Leftovers): Step[] {
  const unit = facts.unitText === undefined && !facts.masked ? [] : [target.unitPath];
  return [...[...unit, ...files].map((path): Step => ({ do: 'remove', path })), ...after];
}

export function planStart(target: SystemdTarget, facts: SystemdFacts): Step[] {
  if (facts.active) return [];
  refuseMasked(target, facts);
  return [...ready(target, facts), run(target, ['start', target.unit])];
}

export function planStop(target: SystemdTarget, facts: SystemdFacts): Step[] {
  return facts.active ? [run(target, ['stop', target.unit])] : [];
}

export function planRestart(target: SystemdTarget, facts: SystemdFacts): Step[] {
  refuseMasked(target, facts);
  return [...ready(target, facts), run(target, ['restart', target.unit])];
}

/** The manager would start what it has in memory, not what is on disk; and after a crash loop, nothing (start limit). */
function ready(target: SystemdTarget, { needsReload }: SystemdFacts): Step[] {
  const reload = needsReload ? [run(target, ['daemon-reload'])] : [];
  return [...reload, run(target, ['reset-failed', target.unit], { tolerate: /not loaded/ })];
}

/** The command that lifts a mask. */
export function unmaskCommand({ unit, systemctl }: SystemdTarget, { maskedForNow }: Pick<SystemdFacts, 'maskedForNow'>): string {
  return [...systemctl, 'unmask', ...(maskedForNow ? ['--runtime'] : []), unit].join(' ');
}

/** @throws Problem SERVICE_MASKED */
export function refuseMasked(target: SystemdTarget, facts: SystemdFacts): void {
  if (facts.masked) throw new Problem('SERVICE_MASKED', { name: target.unit, unmask: unmaskCommand(target, facts) });
}

type Extras = { undo?: string[]; settle?: string[]; tolerate?: RegExp };

/** A call of systemctl for this scope. */
export function run({ systemctl }: SystemdTarget, args: string[], { undo, settle, tolerate }: Extras = {}): RunStep {
  return {
    do: 'run',
    argv: [...systemctl, ...args],
    ...(args[0] === 'start' || args[0] === 'restart' ? { starts: true } : {}),
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
