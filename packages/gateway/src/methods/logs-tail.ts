import { WireError } from '../wire-error.ts';
import type { Method } from './method.ts';

export const logsTail: Method<'logs.tail'> = async (params, { options }) => {
  try {
    return await options.tailLog(options.log.file, params);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new WireError('UNAVAILABLE', `log file cannot be read: ${code ?? message}`);
  }
};
