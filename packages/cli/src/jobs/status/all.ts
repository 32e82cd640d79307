import { EXIT, type ExitCode, type InstanceRow, isProblem } from '@polygate/core';
import type { OpenInstance, World } from '@polygate/host';
import { type FoundInstance, listInstances } from '@polygate/host/instances';
import type { Context } from '../../context.ts';
import { describeInstance } from '../describe.ts';
import { managerFor } from '../manager-for.ts';
import { openOrSay } from '../open-or-say.ts';
import { type Findings, gather } from './facts.ts';

/** Gateways asked at the same time. */
const AT_ONCE = 16;

/** What was seen of every instance: rows in the order of the list, and what was found of those that could be looked at. */
export interface SeenAll {
  rows: InstanceRow[];
  findings: Findings[];
  /** One for each instance, also for one that could not be looked at. */
  exitCodes: ExitCode[];
}

/** Looks at every instance of this account, 16 at a time. One that cannot be looked at is said to be so, and no other suffers. */
export async function gatherAll(context: Context, options: { timeoutMs: number; except?: OpenInstance }): Promise<SeenAll> {
  const world = await context.world();
  const { except } = options;
  const isExcepted = (f: FoundInstance) => f.product === except?.instance.pack.id && f.stateDir === except.canonicalStateDir;
  const found = (await listInstances(world)).filter((f) => !isExcepted(f));
  const seen = await mapBounded(found, AT_ONCE, async (f) => seeOne(context, world, f, options.timeoutMs));
  return {
    rows: seen.flatMap(({ row }) => row ?? []),
    findings: seen.flatMap(({ findings }) => findings ?? []),
    exitCodes: seen.map(({ findings }) => findings?.judgement.exitCode ?? EXIT.unknown),
  };
}

async function seeOne(
  context: Context,
  world: World,
  one: FoundInstance,
  timeoutMs: number,
): Promise<{ row?: InstanceRow; findings?: Findings }> {
  const { found } = one;
  const opened = await openOrSay(context, world, one);
  if (!opened) return {};
  try {
    const manager = await managerFor(context, opened.instance);
    const findings = await gather(context, opened, {}, manager, { probe: true, timeoutMs });
    return { row: { ...(await rowOf(context, findings)), found }, findings };
  } catch (error) {
    if (!isProblem(error)) throw error;
    const about = { verdict: 'unknown' as const, reason: error.message, pid: opened.lock?.pid ?? null };
    return { row: { ...(await describeInstance(context, opened.instance)), ...about, found } };
  }
}

export async function rowOf(context: Context, { opened, process, judgement }: Findings): Promise<InstanceRow> {
  const { verdict, reason } = judgement;
  return { ...(await describeInstance(context, opened.instance)), verdict, reason, pid: process?.pid ?? null };
}

async function mapBounded<T, R>(items: readonly T[], atOnce: number, body: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const at = next;
      next += 1;
      results[at] = await body(items[at] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
