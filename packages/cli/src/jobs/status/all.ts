import type { InstanceRow } from '@polygate/core';
import type { OpenInstance } from '@polygate/host';
import { type FoundInstance, listInstances, openFound } from '@polygate/host/instances';
import type { Context } from '../../context.ts';
import { describeInstance } from '../describe.ts';
import { managerFor } from '../manager-for.ts';
import { resolveTarget } from '../target.ts';
import { type Findings, gather } from './facts.ts';

/** Gateways asked at the same time. */
const AT_ONCE = 16;

/** Looks at every instance of this account, 16 at a time. Rows come in the order of the list. */
export async function gatherAll(
  context: Context,
  options: { timeoutMs: number; except?: OpenInstance },
): Promise<{ rows: InstanceRow[]; findings: Findings[] }> {
  const world = await context.world();
  const { except } = options;
  const isExcepted = (f: FoundInstance) => f.product === except?.instance.pack.id && f.stateDir === except.canonicalStateDir;
  const found = (await listInstances(world)).filter((f) => !isExcepted(f));
  const findings = await mapBounded(found, AT_ONCE, async (f) => {
    const opened = await openFound(world, f, { live: true });
    const manager = await managerFor(context, opened.instance);
    return gather(context, opened, resolveTarget(context, opened, {}), manager, { probe: true, timeoutMs: options.timeoutMs });
  });
  const rows = await Promise.all(
    findings.map(async (one, i) => ({ ...(await rowOf(context, one)), found: found[i]?.found ?? [] })),
  );
  return { rows, findings };
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
