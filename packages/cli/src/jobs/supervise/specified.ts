import type { LeftOutInstance, Problem } from '@polygate/core';
import type { InstanceSpec } from '@polygate/core/supervise';
import { supervisorProblem } from '@polygate/core/supervisor-problem';
import type { Context } from '../../context.ts';
import type { Selected } from './select.ts';
import { specsOf, withoutStranded } from './specs.ts';

/** How what was selected is run, and what is not. */
export interface Specified extends Pick<Selected, 'named' | 'leftOut'> {
  specs: InstanceSpec[];
}

/** @throws Problem what is wrong with one, where any was asked for by name; else that one is left out */
export async function specified(
  context: Context,
  { chosen, named, leftOut }: Selected,
  names: readonly string[],
): Promise<Specified> {
  const { specs, refused } = withoutStranded(await specsOf(context, chosen));
  const [bad] = refused;
  if (bad && names.length > 0) throw bad.problem;
  return { specs, named, leftOut: [...leftOut, ...refused.map(({ id, problem }) => ({ id, reason: problem.message }))] };
}

/** That nothing is left to run, with the reason for each. */
export const nothingToRun = (leftOut: readonly LeftOutInstance[]): Problem =>
  supervisorProblem('NOTHING_TO_RUN', { reasons: leftOut.map(({ id, reason }) => `${id}: ${reason}`) });
