import type { Handler } from '../../command.ts';
import { giveBack, planClone } from '../../jobs/profiles/clone.ts';
import { parseNamed } from '../../jobs/profiles/named.ts';
import { carryOut, changeOutcome, changeProfiles, describeNamed, finishSame } from '../../jobs/profiles/outcome.ts';

export const run: Handler = async (asked, { port, withSecrets, dryRun }, [first = '', second = '']) => {
  const from = await parseNamed(asked, first);
  const to = await parseNamed(asked, second.includes('/') ? second : `${from.product}/${second}`);
  const said = `${to.id} is a clone of ${from.id}.`;
  const finished = dryRun ? undefined : await finishSame(asked, 'clone', [to.id]);
  if (finished) {
    return changeOutcome({
      ...finished,
      said,
      more: { from: from.id },
      instance: await describeNamed(asked, to),
    });
  }
  return changeProfiles(asked, async (context) => {
    const plan = await planClone(context, from, to, {
      port: port as string | undefined,
      withSecrets: withSecrets === true,
      lease: !dryRun,
    });
    const leftOut = plan.leftOut.map(({ path, why }) => `left out: ${path} (${why})`);
    const about = {
      plan,
      dryRun: dryRun === true,
      said,
      more: { from: from.id, leftOut: plan.leftOut },
    };
    if (dryRun) return changeOutcome({ ...about, lines: leftOut });
    const warnings = await carryOut(context, plan.change).catch(async (error: unknown) => {
      await giveBack(context, { product: to.product, stateDir: plan.stateDir });
      throw error;
    });
    return changeOutcome({ ...about, lines: leftOut, warnings, instance: await describeNamed(context, to) });
  });
};
