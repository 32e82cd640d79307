import type { Handler } from '../../../command.ts';
import { profileOutcome } from '../../../jobs/browser/outcome.ts';
import { createBrowserProfile } from '../../../jobs/browser/profiles.ts';

export const run: Handler = async (context, _, [name = '']) => {
  const done = await createBrowserProfile(context, name);
  const where = done.port === null ? 'at an address of its own' : `on CDP port ${done.port}`;
  const said = done.result === 'created' ? `is made, ${where}` : `was there already, ${where}; nothing was changed`;
  return profileOutcome(context, done, `Browser profile ${name} of ${done.opened.instance.id} ${said}.`);
};
