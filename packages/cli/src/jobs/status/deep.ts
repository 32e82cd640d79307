import { type GatewayStatusDocument, occupant } from '@polygate/core';
import { hardConflicts } from '@polygate/core/ports';
import type { Context } from '../../context.ts';
import { isolationOf } from '../isolation.ts';
import { gatherAll } from './all.ts';
import { systemServices } from './extra.ts';
import type { Findings } from './facts.ts';

/** What --deep adds: every other instance of this account, gateways of the system, fixed ports that two of them share, and what else this one shares. */
type DeepStatus = Required<Pick<GatewayStatusDocument, 'siblings' | 'system' | 'conflicts' | 'isolation'>>;

export async function deepStatus(context: Context, { opened, service }: Findings, timeoutMs: number): Promise<DeepStatus> {
  const [{ rows, opened: others }, isolation, system] = await Promise.all([
    gatherAll(context, { timeoutMs, except: opened, open: true }),
    isolationOf(context),
    systemServices(context, service?.inspection.path),
  ]);
  return {
    siblings: rows,
    system,
    conflicts: hardConflicts(
      opened.instance.footprint,
      others.map((one) => occupant(one.instance)),
    ),
    isolation: isolation.findings.filter(({ instances }) =>
      instances.some((id) => id === opened.instance.id || id.startsWith(`${opened.instance.id} at `)),
    ),
  };
}
