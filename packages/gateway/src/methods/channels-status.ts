import { WireError } from '../wire-error.ts';
import type { Method } from './method.ts';

/** Channels have one account each. */
const ACCOUNT = 'default';
const CODE_MS = 30_000;
const SCAN_MS = 120_000;
/** The one that is linked by a code unless another is named. */
const BY_CODE = 'whatsapp';

export const channelsStatus: Method<'channels.status'> = (_, { channels, options }) => {
  const all = channels.all();
  const each = <T>(value: (channel: (typeof all)[number]) => T) =>
    Object.fromEntries(all.map((channel) => [channel.id, value(channel)]));
  return {
    ts: options.clock.now(),
    channelOrder: all.map(({ id }) => id),
    channelLabels: each(({ label }) => label),
    channels: each(({ state }) => state),
    channelAccounts: each(({ state }) => [{ accountId: ACCOUNT, enabled: true, ...state }]),
    channelDefaultAccountId: each(() => ACCOUNT),
  };
};

export const channelsLogout: Method<'channels.logout'> = async ({ channel: id }, { channels }) => {
  const channel = channels.named(id);
  if (!channel.logout)
    throw new WireError(
      'INVALID_REQUEST',
      `channel ${channel.id} has no login: take channels.${channel.id} out of the config instead`,
    );
  return { channel: channel.id, accountId: ACCOUNT, cleared: await channel.logout() };
};

export const webLoginStart: Method<'web.login.start'> = async ({ channel: id = BY_CODE, force, timeoutMs }, { channels }) => {
  const channel = channels.named(id);
  if (!channel.login) throw new WireError('INVALID_REQUEST', `channel ${channel.id} needs no login`);
  const login = await channel.login({ force: force === true, timeoutMs: timeoutMs ?? CODE_MS });
  if (login.qr === undefined) return login;
  const { renderSVG } = await import('uqr');
  const picture = Buffer.from(renderSVG(login.qr)).toString('base64');
  return { ...login, qrDataUrl: `data:image/svg+xml;base64,${picture}` };
};

export const webLoginWait: Method<'web.login.wait'> = async ({ channel: id = BY_CODE, qr, timeoutMs }, { channels }) => {
  const channel = channels.named(id);
  if (!channel.loginProgress) throw new WireError('INVALID_REQUEST', `channel ${channel.id} needs no login`);
  return channel.loginProgress(qr, timeoutMs ?? SCAN_MS);
};
