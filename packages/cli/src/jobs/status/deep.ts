import { hardConflicts } from '@polygate/core/ports';
import { occupant } from '@polygate/host';
import type { Context } from '../../context.ts';
import type { InstanceRow } from '../../output/instances.ts';
import { gatherAll } from './all.ts';
import type { Findings } from './facts.ts';

/** What --deep adds: every other instance of this account, and fixed ports that two instances share. */
export interface DeepStatus {
  siblings: InstanceRow[];
  conflicts: { port: number; use: string; owner: string; ownerUse: string }[];
}

export async function deepStatus(context: Context, { opened }: Findings, timeoutMs: number): Promise<DeepStatus> {
  const { rows, findings } = await gatherAll(context, { timeoutMs, except: opened });
  const others = findings.map((f) => occupant(f.opened.instance));
  return { siblings: rows, conflicts: hardConflicts(opened.instance.footprint, others) };
}
