import { type InstanceDocument, type ProfileChangeDocument, SCHEMA_VERSION } from '@polygate/core';
import type { ChangeStep, ProfileChange } from '@polygate/core/profiles';
import { carryOutChange, finishChange, oneChangeAtATime } from '@polygate/host/changes';
import type { Outcome } from '../../command.ts';
import type { Context } from '../../context.ts';
import { describeInstance } from '../describe.ts';
import { type Named, openExisting } from './named.ts';
import type { PlannedChange } from './rename.ts';

/** What a change does, as `--dry-run` shows it. The content of files is left out: a config holds secrets. */
export interface ChangeDocument {
  moves: { from: string; to: string }[];
  copies: { from: string; to: string }[];
  writes: string[];
  removes: string[];
}

export function changeDocument({ steps, after }: Pick<ProfileChange, 'steps' | 'after'>): ChangeDocument {
  const every = <K extends ChangeStep['do']>(kind: K) =>
    [...steps, ...after].filter((step): step is Extract<ChangeStep, { do: K }> => step.do === kind);
  // What is put aside only to be deleted is shown as what it is.
  const aside = every('removeTree').map(({ path }) => path);
  const isAside = (to: string) => aside.some((path) => to === path || to.startsWith(path));
  const moves = every('move').map(({ from, to }) => ({ from, to }));
  return {
    moves: moves.filter(({ to }) => !isAside(to)),
    copies: every('copy').map(({ from, to }) => ({ from, to })),
    writes: every('write').map(({ path }) => path),
    removes: [...moves.filter(({ to }) => isAside(to)).map(({ from }) => from), ...every('remove').map(({ path }) => path)],
  };
}

export function changeText({ moves, copies, writes, removes }: ChangeDocument): string[] {
  return [
    ...copies.map(({ from, to }) => `  copy    ${from} -> ${to}`),
    ...moves.map(({ from, to }) => `  move    ${from} -> ${to}`),
    ...writes.map((path) => `  write   ${path}`),
    ...removes.map((path) => `  delete  ${path}`),
  ];
}

/** A change of profiles, after whatever was left unfinished. `plan` looks at a world in which that is done. */
export async function changeProfiles<T>(context: Context, plan: (fresh: Context) => Promise<T>): Promise<T> {
  const world = await context.world();
  return oneChangeAtATime(world, async () => {
    const finished = await finishChange(world);
    if (finished) context.progress(`Finished first: ${finished.change.title}.`);
    return plan(finished ? context.again() : context);
  });
}

export async function carryOut(context: Context, change: ProfileChange): Promise<string[]> {
  return (await carryOutChange(await context.world(), change)).warnings;
}

/** Finishes a change of these very instances, when that is what was left unfinished: to repeat a command completes it. */
export async function finishSame(
  context: Context,
  kind: ProfileChange['kind'],
  concerns: readonly string[],
): Promise<{ plan: PlannedChange; warnings: string[] } | undefined> {
  const world = await context.world();
  const { unfinished } = world;
  if (unfinished?.kind !== kind || unfinished.concerns.join() !== concerns.join()) return undefined;
  const finished = await oneChangeAtATime(world, () => finishChange(world));
  // Somebody else finished it meanwhile.
  return { plan: { change: finished?.change ?? unfinished, warnings: [] }, warnings: finished?.warnings ?? [] };
}

/** The instance that came of a change, read anew. */
export async function describeNamed(context: Context, name: Named): Promise<InstanceDocument> {
  const fresh = context.again();
  const { opened } = await openExisting(fresh, name);
  return describeInstance(fresh, opened.instance);
}

const RESULTS = { clone: 'cloned', rename: 'renamed', remove: 'removed' } as const;

/** What a command says of a change that was planned or made. */
export function changeOutcome(about: {
  plan: PlannedChange;
  dryRun?: boolean;
  said: string;
  lines?: readonly string[];
  warnings?: readonly string[];
  instance?: InstanceDocument;
  more?: Pick<ProfileChangeDocument, 'id' | 'from' | 'leftOut'>;
}): Outcome {
  const { plan, dryRun = false, said, lines = [], instance, more = {} } = about;
  const document = changeDocument(plan.change);
  const warnings = [...plan.warnings, ...(about.warnings ?? [])];
  return {
    json: {
      ok: true,
      schemaVersion: SCHEMA_VERSION,
      result: dryRun ? 'planned' : RESULTS[plan.change.kind],
      ...more,
      ...(instance ? { instance } : {}),
      plan: document,
      warnings,
    } satisfies ProfileChangeDocument,
    text: [
      dryRun ? `Would be done (${plan.change.title}):` : said,
      ...changeText(document),
      ...lines,
      ...warnings.map((warning) => `Note: ${warning}`),
    ].join('\n'),
  };
}
