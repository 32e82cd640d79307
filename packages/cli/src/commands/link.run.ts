import { type LinkDocument, SCHEMA_VERSION } from '@polygate/core';
import { planDocument } from '@polygate/core/service';
import { applySteps } from '@polygate/host/steps';
import type { Handler } from '../command.ts';
import { type LinkPlan, planLink } from '../jobs/link.ts';

export const run: Handler = async (context, { dir, force, remove, dryRun }, [product = '']) => {
  const plan = await planLink(context, {
    product,
    dir: dir as string | undefined,
    force: force === true,
    remove: remove === true,
  });
  if (!dryRun) await applySteps(context.host, plan.steps, {});
  const { result, name, path, launcher, others, onPath } = plan;
  const warnings = result === 'linked' || result === 'up-to-date' ? warningsOf(plan) : [];
  return {
    json: {
      ok: true,
      schemaVersion: SCHEMA_VERSION,
      result,
      product: plan.product,
      command: name,
      path,
      entry: launcher.entry,
      onPath,
      others,
      warnings,
      ...(dryRun ? { dryRun: true, plan: planDocument(plan.steps) } : {}),
    } satisfies LinkDocument,
    text: [`${dryRun ? 'Dry run: ' : ''}${SAID[result](plan)}`, ...warnings.map((warning) => `Warning: ${warning}`)].join('\n'),
  };
};

const SAID: Record<LinkPlan['result'], (plan: LinkPlan) => string> = {
  linked: ({ name, path, launcher }) => `${path} runs ${launcher.entry} as ${name}.`,
  'up-to-date': ({ path }) => `${path} is there and up to date; nothing to do.`,
  removed: ({ path }) => `${path} is removed.`,
  'not-linked': ({ path }) => `there is no ${path}; nothing to do.`,
};

function warningsOf({ name, path, others, onPath }: LinkPlan): string[] {
  const folder = path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')));
  if (!onPath) return [`${folder} is not on PATH: add it, or say --dir with a folder that is`];
  return others.length > 0 ? [`${others.join(', ')} is called ${name} too; which one runs is a matter of the order of PATH`] : [];
}
