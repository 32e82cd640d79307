import { type AdoptPlanDocument, SCHEMA_VERSION } from '@polygate/core';
import { planDocument } from '@polygate/core/service';
import type { ServiceManager } from '@polygate/host';
import type { Handler, Outcome } from '../../command.ts';
import type { Context } from '../../context.ts';
import { adopt, undoAdoption } from '../../jobs/adopt/apply.ts';
import { planAdoption } from '../../jobs/adopt/plan.ts';
import { maskedPlan, planText } from '../../jobs/adopt/show.ts';
import { othersScope } from '../../jobs/service-scope.ts';

export const run: Handler = async (asked, { undo, dryRun, ...options }, [named]) => {
  const { context, manager } = await othersScope(asked, options, dryRun ? undefined : typed(named, undo === true));
  if (undo) return undoAdoption(context, manager);
  return dryRun ? show(context, manager, named) : adopt(context, manager, named);
};

const typed = (named: string | undefined, undo: boolean) =>
  ['gateway adopt', ...(named === undefined ? [] : [named]), ...(undo ? ['--undo'] : [])].join(' ');

async function show(context: Context, manager: ServiceManager, named: string | undefined): Promise<Outcome> {
  const planned = await planAdoption(context, manager, named);
  const plan = maskedPlan(planDocument(planned.plan.steps), planned);
  const upToDate = planned.plan.result === 'up-to-date';
  return {
    json: {
      ok: true,
      schemaVersion: SCHEMA_VERSION,
      result: upToDate ? 'up-to-date' : 'apply',
      adopts: upToDate ? null : planned.inspection.path,
      audit: planned.audit,
      lost: planned.lost,
      plan,
    } satisfies AdoptPlanDocument,
    text: planText(plan, planned),
  };
}
