import { pick } from '../config/pick.ts';

/** A text of the config that is an account of a channel, or names a file that holds one. */
export interface ChannelSecret {
  /** `channels.telegram.botToken` */
  key: string;
  value: string;
  kind: 'account' | 'file';
}

// botToken, appToken, accessToken, apiPassword … of the family's channels; account and phoneNumber are the account itself.
const ACCOUNT = /(?:token|secret|password|api_?key)$|^(?:account|number|phoneNumber)$/i;
const FILE = /(?:token|secret|password)_?file$/i;
// Each channel has a handful, each account of it as many.
const MOST = 1000;

/** The accounts of channels that a config names, wherever below `channels` they stand. A channel that is off counts for none. */
export function channelSecrets(config: unknown): ChannelSecret[] {
  const found: ChannelSecret[] = [];
  const visit = (value: unknown, key: string): void => {
    if (typeof value !== 'object' || value === null || found.length >= MOST) return;
    if (pick(value, 'enabled') === false) return;
    for (const [name, inner] of Object.entries(value)) {
      const at = `${key}.${name}`;
      if (typeof inner !== 'string' || inner.trim() === '') visit(inner, at);
      else if (FILE.test(name)) found.push({ key: at, value: inner, kind: 'file' });
      else if (ACCOUNT.test(name)) found.push({ key: at, value: inner, kind: 'account' });
    }
  };
  visit(pick(config, 'channels'), 'channels');
  return found;
}

/** True for a text that stands for a variable: `${BOT_TOKEN}`. */
export function isReference(value: string): boolean {
  return /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/.test(value.trim());
}
