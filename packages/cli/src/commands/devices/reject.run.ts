import type { Handler } from '../../command.ts';
import { answerDevice } from '../../jobs/devices.ts';

export const run: Handler = (context, options, [request]) => answerDevice(context, options, { verb: 'reject', request });
