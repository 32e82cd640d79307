import { sameProfile } from '@polygate/core';
import { supervisorProblem } from '@polygate/core/supervisor-problem';
import { type FoundInstance, listInstances } from '@polygate/host/instances';
import type { Context } from '../../context.ts';
import { type Named, parseNamed, unknownProfile } from '../profiles/named.ts';

/** What the arguments of a command mean. @throws Problem NAMES_REPEATED, PROFILE_NAME_INVALID, PRODUCT_UNKNOWN */
export async function parseNames(context: Context, names: readonly string[]): Promise<Named[]> {
  const parsed = await Promise.all(names.map((name) => parseNamed(context, name)));
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { id } of parsed) {
    // Names of profiles are compared without case.
    const key = id.toLowerCase();
    if (seen.has(key)) twice.add(id);
    seen.add(key);
  }
  if (twice.size > 0) throw supervisorProblem('NAMES_REPEATED', { names: [...twice] });
  return parsed;
}

/** The ids that names mean among those that a supervisor looks after. @throws Problem NOT_SUPERVISED */
export function idsAmong(named: readonly Named[], known: readonly string[]): string[] {
  const byKey = new Map(known.map((id) => [id.toLowerCase(), id]));
  const missing = named.find(({ id }) => !byKey.has(id.toLowerCase()));
  if (missing) throw supervisorProblem('NOT_SUPERVISED', { instance: missing.id, known: [...known] });
  return named.map(({ id }) => byKey.get(id.toLowerCase()) as string);
}

export function findNamed(
  all: readonly FoundInstance[],
  { product, profile }: Pick<Named, 'product' | 'profile'>,
): FoundInstance | undefined {
  return all.find((each) => each.product === product && sameProfile(each.profile, profile));
}

/** @throws Problem PROFILE_UNKNOWN for a name that means no instance */
export async function refuseUnknown(context: Context, named: readonly Named[]): Promise<void> {
  const all = await listInstances(await context.world());
  const unknown = named.find((each) => !findNamed(all, each));
  if (unknown) throw unknownProfile(all, unknown);
}
