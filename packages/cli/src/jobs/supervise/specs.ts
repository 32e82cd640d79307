import { isProblem, type Problem } from '@polygate/core';
import { type InstanceSpec, startOrder } from '@polygate/core/supervise';
import { supervisorProblem } from '@polygate/core/supervisor-problem';
import { checkInstance, type OpenInstance, refuseBrokenConfig } from '@polygate/host';
import type { Context } from '../../context.ts';
import { asInstalled } from './as-installed.ts';
import { specOf } from './spec-of.ts';

/** How instances are run, and why some cannot be. */
export interface SpecBook {
  specs: InstanceSpec[];
  refused: { id: string; problem: Problem }[];
}

/** Makes the specifications of instances; what is wrong with one does not touch the others. */
export async function specsOf(context: Context, chosen: readonly OpenInstance[]): Promise<SpecBook> {
  const book: SpecBook = { specs: [], refused: [] };
  for (const opened of chosen) {
    try {
      refuseBrokenConfig((await checkInstance(opened)).config);
      book.specs.push(await asInstalled(context, opened, await specOf(context, opened)));
    } catch (error) {
      if (!isProblem(error)) throw error;
      book.refused.push({ id: opened.instance.id, problem: error });
    }
  }
  return book;
}

/**
 * Leaves out what depends on something that is not run (with a definition of another manager, say, or switched off), and what
 * goes round in a circle. The others must not suffer.
 */
export function withoutStranded({ specs, refused }: SpecBook): SpecBook {
  const known = specs.map(({ id }) => id);
  const stranded = specs.flatMap(({ id, dependsOn }) => {
    const on = Object.keys(dependsOn).find((other) => !known.includes(other));
    return on === undefined ? [] : [{ id, problem: supervisorProblem('DEPENDENCY_UNKNOWN', { instance: id, on, known }) }];
  });
  const left = stranded.length > 0 ? stranded : circular(specs);
  if (left.length === 0) return { specs, refused };
  const rest = specs.filter(({ id }) => !left.some((one) => one.id === id));
  // What depends on one of those is stranded now, too.
  return withoutStranded({ specs: rest, refused: [...refused, ...left] });
}

/** Those of the first circle that their dependencies make; none, too, where one depends on what is not among them. */
export function circular(specs: readonly InstanceSpec[]): SpecBook['refused'] {
  try {
    startOrder(specs);
    return [];
  } catch (problem) {
    if (isProblem(problem, 'DEPENDENCY_UNKNOWN')) return [];
    if (!isProblem(problem, 'DEPENDENCY_CYCLE')) throw problem;
    return [...new Set(problem.params.cycle)].map((id) => ({ id, problem }));
  }
}

/** The same, never started again when they end. */
export const withoutRestart = (specs: readonly InstanceSpec[]): InstanceSpec[] =>
  specs.map((spec) => ({ ...spec, restart: { ...spec.restart, when: 'never' as const } }));
