import type { Handler } from '../../../command.ts';
import { profileOutcome } from '../../../jobs/browser/outcome.ts';
import { removeBrowserProfile } from '../../../jobs/browser/profiles.ts';

export const run: Handler = async (context, _, [name = '']) => {
  const done = await removeBrowserProfile(context, name);
  const freed = done.port === null ? '' : ` CDP port ${done.port} is free.`;
  return profileOutcome(
    context,
    done,
    `Browser profile ${name} of ${done.opened.instance.id} is removed.${freed} Its files stay.`,
  );
};
