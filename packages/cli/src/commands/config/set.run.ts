import type { Handler } from '../../command.ts';
import { setKey } from '../../jobs/config/set-key.ts';

export const run: Handler = (context, _, [key = '', value = '']) => setKey(context, key, value);
