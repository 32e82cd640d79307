import type { GatewayState } from '../../state.ts';
import { WireError } from '../../wire-error.ts';
import type { Channel, ChannelEvents } from '../channel.ts';
import { Reception } from '../reception.ts';
import { asBaileys } from './baileys.ts';
import { MOST_CHARS, WhatsApp } from './whatsapp.ts';

/** Where the family keeps what links an account. */
const CREDENTIALS = 'credentials/whatsapp/default';
/** Names that the library is published under. */
const PACKAGES = ['baileys', '@whiskeysockets/baileys'];

/** The channel as the config wants it. @throws WireError where the library was not added */
export async function createWhatsApp(state: GatewayState, events: ChannelEvents): Promise<Channel> {
  const { keep, log, clock, loadPackage, stateDir } = state.options;
  const library = asBaileys(await loadPackage(PACKAGES));
  if (!library)
    throw new WireError(
      'UNAVAILABLE',
      `the package baileys is not in ${stateDir}: docs/how-to/connect-whatsapp.md tells how to add it`,
    );
  const open = async () => library.useMultiFileAuthState(await keep.directory(CREDENTIALS));
  let whatsapp: WhatsApp | undefined;
  const send = async (to: string, text: string, key: string) => whatsapp?.send({ to, text, key });
  const reception = await Reception.open(state, { channel: 'whatsapp', most: MOST_CHARS, send });
  const forget = async () => {
    await keep.discard(CREDENTIALS);
    return open();
  };
  whatsapp = new WhatsApp({ library, auth: await open(), forget, reception, clock, log, events });
  return whatsapp;
}
