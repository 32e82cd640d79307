import type { Handler } from '../../command.ts';
import { changeOutcome } from '../../jobs/browser/document.ts';

export const run: Handler = (context, options) => changeOutcome(context, options, 'start');
