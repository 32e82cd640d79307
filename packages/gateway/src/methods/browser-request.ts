import { refusalOf } from '../browser/answer.ts';
import { WireError } from '../wire-error.ts';
import { within } from '../within.ts';
import type { Method } from './method.ts';

/** The control of browsers over this connection; its statuses become codes. */
export const browserRequest: Method<'browser.request'> = async ({ method, path, query, body, timeoutMs }, { browser }) => {
  const profile = typeof query?.profile === 'string' && query.profile !== '' ? query.profile : undefined;
  const answering = browser.request({ method: method.toUpperCase(), path, profile, body });
  try {
    if (timeoutMs !== undefined && !(await within(answering, timeoutMs)))
      throw new WireError('UNAVAILABLE', `browser request took longer than ${timeoutMs} ms`, { retryable: true });
    return (await answering).body;
  } catch (error) {
    const refusal = refusalOf(error);
    if (!refusal) throw error;
    const code = refusal.status >= 500 ? 'UNAVAILABLE' : 'INVALID_REQUEST';
    throw new WireError(code, String(refusal.body.error), { details: refusal.body });
  }
};
