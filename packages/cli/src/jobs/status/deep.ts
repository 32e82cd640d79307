import { hardConflicts } from '@polygate/core';
import type { Finding } from '@polygate/core/isolation';
import { occupant } from '@polygate/host';
import type { Context } from '../../context.ts';
import type { InstanceRow } from '../../output/instances.ts';
import { isolationOf } from '../isolation.ts';
import { gatherAll } from './all.ts';
import type { Findings } from './facts.ts';

/** What --deep adds: every other instance of this account, fixed ports that two of them share, and what else this one shares. */
export interface DeepStatus {
  siblings: InstanceRow[];
  conflicts: { port: number; use: string; owner: string; ownerUse: string }[];
  isolation: Finding[];
}

export async function deepStatus(context: Context, { opened }: Findings, timeoutMs: number): Promise<DeepStatus> {
  const [{ rows, findings }, isolation] = await Promise.all([
    gatherAll(context, { timeoutMs, except: opened }),
    isolationOf(context),
  ]);
  const others = findings.map((f) => occupant(f.opened.instance));
  return {
    siblings: rows,
    conflicts: hardConflicts(opened.instance.footprint, others),
    isolation: isolation.findings.filter(({ instances }) => instances.includes(opened.instance.id)),
  };
}
