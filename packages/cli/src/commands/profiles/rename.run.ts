import { Problem } from '@polygate/core';
import type { Handler } from '../../command.ts';
import { parseNamed } from '../../jobs/profiles/named.ts';
import { carryOut, changeOutcome, changeProfiles, describeNamed, finishSame } from '../../jobs/profiles/outcome.ts';
import { planRename } from '../../jobs/profiles/rename.ts';

export const run: Handler = async (asked, { dryRun }, [first = '', second = '']) => {
  const from = await parseNamed(asked, first);
  const to = await parseNamed(asked, second.includes('/') ? second : `${from.product}/${second}`);
  if (from.product !== to.product || from.id === to.id) {
    const message = from.id === to.id ? `${from.id} has that name already` : 'a profile stays of its product';
    throw new Problem('USAGE', { message, topic: 'profiles rename' });
  }
  const said = `${from.id} is now ${to.id}.`;
  const finished = dryRun ? undefined : await finishSame(asked, 'rename', [from.id, to.id]);
  if (finished) {
    const context = asked.again();
    return changeOutcome({
      ...finished,
      said,
      more: { from: from.id },
      instance: await describeNamed(context, to),
    });
  }
  return changeProfiles(asked, async (context) => {
    const plan = await planRename(context, from, to);
    const about = { plan, dryRun: dryRun === true, said, more: { from: from.id } };
    if (dryRun) return changeOutcome(about);
    const warnings = await carryOut(context, plan.change);
    return changeOutcome({ ...about, warnings, instance: await describeNamed(context, to) });
  });
};
