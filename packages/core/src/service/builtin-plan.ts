import type { ServiceDefinition } from './definition.ts';
import { type Drift, diffDefinitions } from './diff.ts';
import type { RunStep, Step } from './steps.ts';

/** What there is of a service under Polygate's own supervisor. */
export interface BuiltinFacts {
  /** Text of its definition; undefined when there is none. */
  text: string | undefined;
  /** The same, read; undefined when it cannot be made sense of. */
  installed: ServiceDefinition | undefined;
  /** A process of it runs, or is about to be started again. */
  active: boolean;
  /** A supervisor runs and looks after it. */
  supervised: boolean;
}

export interface BuiltinTarget {
  path: string;
  /** `product/profile`. */
  id: string;
  /** How Polygate is called: node and entry. */
  polygate: readonly string[];
}

export interface BuiltinPlan {
  result: 'up-to-date' | 'apply' | 'drifted';
  drift: Drift[];
  steps: Step[];
}

/** How the wanted definition comes to be installed and running. `boot` are the steps that have it started with the machine. */
export function planBuiltinInstall(
  target: BuiltinTarget,
  facts: BuiltinFacts,
  wanted: { definition: ServiceDefinition; content: string; files: Step[]; filesDiffer: boolean },
  options: { force: boolean; boot: Step[] },
): BuiltinPlan {
  const write: Step = { do: 'write', path: target.path, mode: 0o644, content: wanted.content };
  const begin = [...wanted.files, write, ...options.boot];
  // Ended and started anew, as it is to run by another definition: a restart would go by the one that is known.
  const end = facts.active ? [stop(target, { settle: upArgv(target) })] : [];
  const anew: Step[] = [...begin, ...end, start(target, { ...facts, active: false })];
  if (facts.text === undefined) return { result: 'apply', drift: [], steps: anew };
  const drift = driftOf(facts, wanted);
  if (drift.length === 0) return { result: options.boot.length > 0 ? 'apply' : 'up-to-date', drift, steps: options.boot };
  if (!options.force) return { result: 'drifted', drift, steps: [] };
  return { result: 'apply', drift, steps: anew };
}

/** Stops it and removes all of it; `after` is what the last service takes with it. Nothing when there is nothing of it. */
export function planBuiltinUninstall(
  target: BuiltinTarget,
  { text, active }: BuiltinFacts,
  { files, after }: { files: readonly string[]; after: readonly Step[] },
): Step[] {
  if (text === undefined && files.length === 0) return [...after];
  // What runs without a definition was started by somebody else: not this command's to end.
  const end = active && text !== undefined ? [stop(target, { settle: upArgv(target) })] : [];
  const remove = [...(text === undefined ? [] : [target.path]), ...files].map((path): Step => ({ do: 'remove', path }));
  return [...end, ...remove, ...after];
}

/** Children outlive their supervisor: a start also brings the supervisor back, which takes them on again. */
export function planBuiltinStart(target: BuiltinTarget, facts: BuiltinFacts): Step[] {
  return facts.active && facts.supervised ? [] : [start(target, facts)];
}

export function planBuiltinStop(target: BuiltinTarget, { active }: BuiltinFacts): Step[] {
  return active ? [stop(target)] : [];
}

export function planBuiltinRestart(target: BuiltinTarget, facts: BuiltinFacts): Step[] {
  if (!facts.active || !facts.supervised) return [start(target, facts)];
  return [{ do: 'run', argv: [...target.polygate, 'restart', target.id], starts: true }];
}

const upArgv = ({ polygate, id }: BuiltinTarget) => [...polygate, 'up', '--detach', '--wait', id];
const downArgv = ({ polygate, id }: BuiltinTarget) => [...polygate, 'down', id];

function start(target: BuiltinTarget, { active }: Pick<BuiltinFacts, 'active'>): RunStep {
  const undo = active ? {} : { undo: downArgv(target) };
  return { do: 'run', argv: upArgv(target), starts: true, ...undo };
}

function stop(target: BuiltinTarget, more: Pick<RunStep, 'settle'> = {}): RunStep {
  return { do: 'run', argv: downArgv(target), ...more };
}

/** What differs and matters. Another description alone would be no reason to restart anything. */
function driftOf(
  { installed }: BuiltinFacts,
  { definition, filesDiffer }: { definition: ServiceDefinition; filesDiffer: boolean },
): Drift[] {
  const secrets: Drift[] = filesDiffer ? [{ field: 'secrets', installed: '***', wanted: '***' }] : [];
  if (!installed) return [{ field: 'definition', installed: 'not readable', wanted: definition.argv.join(' ') }, ...secrets];
  return [...diffDefinitions(installed, definition), ...secrets];
}
