import type { Handler } from '../../command.ts';
import { statusOutcome } from '../../jobs/browser/document.ts';

export const run: Handler = (context, options) => statusOutcome(context, options);
