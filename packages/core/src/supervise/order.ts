import { supervisorProblem } from '../errors/supervisor-problem.ts';
import type { DependencyCondition } from './spec.ts';

/** What stands in an order: an instance with what it depends on. */
export interface Ordered {
  id: string;
  dependsOn: Readonly<Record<string, DependencyCondition>>;
}

/**
 * Ids with those that others depend on first; otherwise in the order given.
 * @throws Problem DEPENDENCY_UNKNOWN or DEPENDENCY_CYCLE, with the ids
 */
export function startOrder(all: readonly Ordered[]): string[] {
  const byId = new Map(all.map((one) => [one.id, one]));
  const done = new Set<string>();
  const visit = (one: Ordered, way: readonly string[]): void => {
    if (done.has(one.id)) return;
    const at = way.indexOf(one.id);
    if (at >= 0) throw supervisorProblem('DEPENDENCY_CYCLE', { cycle: [...way.slice(at), one.id] });
    for (const on of Object.keys(one.dependsOn)) {
      const next = byId.get(on);
      if (!next) throw supervisorProblem('DEPENDENCY_UNKNOWN', { instance: one.id, on, known: [...byId.keys()] });
      visit(next, [...way, one.id]);
    }
    done.add(one.id);
  };
  for (const one of all) visit(one, []);
  return [...done];
}

/** Those that depend on an instance directly. A stop ends them first, as far as they shall stop too. */
export const dependentsOf = (all: Iterable<Ordered>, id: string): string[] =>
  [...all].filter(({ dependsOn }) => Object.hasOwn(dependsOn, id)).map((one) => one.id);

/** The first thing that an instance still waits for, in words; null when it may start. */
export function unmet({ dependsOn }: Ordered, isMet: (id: string, condition: DependencyCondition) => boolean): string | null {
  for (const [id, condition] of Object.entries(dependsOn)) {
    if (!isMet(id, condition)) return condition === 'healthy' ? `${id} to be healthy` : `${id} to be started`;
  }
  return null;
}
