import type { Problem } from '@polygate/core';
import { isProblem } from '@polygate/core';
import type { InstanceSpec } from '@polygate/core/supervise';
import { checkInstance, type OpenInstance, refuseBrokenConfig } from '@polygate/host';
import type { Context } from '../../context.ts';
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
      book.specs.push(await specOf(context, opened));
    } catch (error) {
      if (!isProblem(error)) throw error;
      book.refused.push({ id: opened.instance.id, problem: error });
    }
  }
  return book;
}

/** The same, never started again when they end. */
export const withoutRestart = (specs: readonly InstanceSpec[]): InstanceSpec[] =>
  specs.map((spec) => ({ ...spec, restart: { ...spec.restart, when: 'never' as const } }));
