import { Problem } from '@polygate/core';
import type { Handler } from '../../command.ts';
import { caller } from '../../jobs/caller.ts';
import { channelChange, channelMeant } from '../../jobs/channels.ts';
import { numberOption } from '../../jobs/number-option.ts';

/** How often the code on the terminal is looked at anew. */
const LOOK_MS = 30_000;
const MARGIN_MS = 5_000;

interface Login {
  message: string;
  connected: boolean;
  qr?: string;
}

export const run: Handler = async (context, { timeout, ...options }, [given]) => {
  const channel = channelMeant(options, given);
  const patience = numberOption('--timeout', timeout, 180_000);
  const { clock } = context.host;
  const end = clock.monotonic() + patience;
  const call = await caller(context, options);
  const ask = (method: string, params: object) => {
    const timeoutMs = Math.max(1, Math.round(Math.min(LOOK_MS, end - clock.monotonic())));
    return call(method, { channel, timeoutMs, ...params }, timeoutMs + MARGIN_MS) as Promise<Login>;
  };
  let login = await ask('web.login.start', options.force === true ? { force: true } : {});
  const begun = login.qr !== undefined;
  let shown: string | undefined;
  while (!login.connected && clock.monotonic() < end) {
    // No code and nothing that goes on: it was not scanned in time.
    if (shown !== undefined && login.qr === undefined) break;
    if (login.qr !== undefined && login.qr !== shown) {
      shown = login.qr;
      context.progress(`${await drawn(shown)}\n${login.message}`);
    }
    login = await ask('web.login.wait', shown === undefined ? {} : { qr: shown });
  }
  if (!login.connected) throw new Problem('NOT_LINKED', { message: login.message });
  return channelChange({ action: 'linked', channel, changed: begun, message: login.message });
};

/** The code in characters, on any background. */
async function drawn(code: string): Promise<string> {
  const { renderUnicodeCompact } = await import('uqr');
  return renderUnicodeCompact(code, { border: 2 });
}
