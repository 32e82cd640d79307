import { Problem } from '@polygate/core';
import type { Handler } from '../../command.ts';
import type { Context } from '../../context.ts';
import { parseNamed } from '../../jobs/profiles/named.ts';
import { carryOut, changeDocument, changeOutcome, changeProfiles, changeText, finishSame } from '../../jobs/profiles/outcome.ts';
import { planRemove } from '../../jobs/profiles/remove.ts';

export const run: Handler = async (asked, { yes, keepWorkspace, dryRun }, [text = '']) => {
  const name = await parseNamed(asked, text);
  const said = `${name.id} is removed.`;
  const more = { id: name.id };
  const finished = dryRun ? undefined : await finishSame(asked, 'remove', [name.id]);
  if (finished) return changeOutcome({ ...finished, said, more });
  return changeProfiles(asked, async (context) => {
    const plan = await planRemove(context, name, { keepWorkspace: keepWorkspace === true });
    const about = { plan, dryRun: dryRun === true, said, more };
    if (dryRun) return changeOutcome(about);
    if (!yes) await confirm(context, name.id, changeText(changeDocument(plan.change)));
    return changeOutcome({ ...about, warnings: await carryOut(context, plan.change) });
  });
};

async function confirm({ interactive }: Context, id: string, lines: readonly string[]): Promise<void> {
  const refuse = (message: string): never => {
    throw new Problem('USAGE', { message, topic: 'profiles remove' });
  };
  if (!interactive) refuse(`removing ${id} needs --yes where nobody can be asked; --dry-run shows what would go`);
  const prompts = await import('@clack/prompts');
  prompts.note(lines.join('\n'), `To be deleted with ${id}`);
  const answer = await prompts.confirm({ message: `Delete ${id}? This cannot be taken back.`, initialValue: false });
  if (prompts.isCancel(answer) || !answer) refuse('cancelled: nothing was changed');
}
