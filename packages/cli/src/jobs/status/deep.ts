import { type GatewayStatusDocument, occupant } from '@polygate/core';
import { hardConflicts } from '@polygate/core/ports';
import type { Context } from '../../context.ts';
import { isolationOf } from '../isolation.ts';
import { gatherAll } from './all.ts';
import type { Findings } from './facts.ts';

/** What --deep adds: every other instance of this account, fixed ports that two of them share, and what else this one shares. */
type DeepStatus = Required<Pick<GatewayStatusDocument, 'siblings' | 'conflicts' | 'isolation'>>;

export async function deepStatus(context: Context, { opened }: Findings, timeoutMs: number): Promise<DeepStatus> {
  const [{ rows, findings }, isolation] = await Promise.all([
    gatherAll(context, { timeoutMs, except: opened }),
    isolationOf(context),
  ]);
  const others = findings.map((f) => occupant(f.opened.instance));
  return {
    siblings: rows,
    conflicts: hardConflicts(opened.instance.footprint, others),
    isolation: isolation.findings.filter(({ instances }) =>
      instances.some((id) => id === opened.instance.id || id.startsWith(`${opened.instance.id} at `)),
    ),
  };
}
