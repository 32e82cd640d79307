import { createHash } from 'node:crypto';
import type { Incoming, Outgoing } from '../channel.ts';
import type { WhatsAppMessage } from './baileys.ts';

const PERSON = '@s.whatsapp.net';
const GROUP = '@g.us';

/** The number in an address: `4917…:12@s.whatsapp.net`. */
export const numberIn = (jid: string): string => jid.replace(/[:@].*$/, '');

/** The message that came; undefined for one that is none for an agent. In a group only what is said to the account is. */
export function messageIn({ key, message }: WhatsAppMessage, me: string | undefined): Incoming | undefined {
  const { id, remoteJid: chat, fromMe, participant } = key;
  const extended = message?.extendedTextMessage;
  const text = message?.conversation ?? extended?.text ?? message?.imageMessage?.caption;
  if (!id || !chat || fromMe || !text?.trim()) return undefined;
  const isGroup = chat.endsWith(GROUP);
  if (!isGroup && !chat.endsWith(PERSON) && !chat.endsWith('@lid')) return undefined;
  if (isGroup) {
    const { mentionedJid, participant: answered } = extended?.contextInfo ?? {};
    const spokenTo = [...(mentionedJid ?? []), answered ?? ''].map(numberIn);
    if (me === undefined || !spokenTo.includes(numberIn(me))) return undefined;
  }
  return { id: `${chat}:${id}`, chat, from: `+${numberIn(participant ?? chat)}`, isGroup, text };
}

/** An address as the library takes it. undefined for what is none. */
export function addressOf(to: string): string | undefined {
  if (/^[\w.:-]+@[\w.]+$/.test(to)) return to;
  const digits = to.replaceAll(/[\s()+.-]/g, '');
  return /^\d{5,20}$/.test(digits) ? `${digits}${PERSON}` : undefined;
}

export function contentOf({ text, mediaUrl, gifPlayback }: Outgoing): Record<string, unknown> {
  if (mediaUrl === undefined) return { text };
  const url = { url: mediaUrl };
  if (gifPlayback) return { video: url, caption: text, gifPlayback: true };
  return /\.(jpe?g|png|webp)(\?|$)/i.test(mediaUrl)
    ? { image: url, caption: text }
    : { document: url, caption: text, mimetype: 'application/octet-stream', fileName: mediaUrl.replace(/^.*\/|\?.*$/g, '') };
}

/** The id of a message follows from its key: one that is sent again is known again. */
export const messageIdOf = (key: string): string =>
  `3EB0${createHash('sha256').update(key).digest('hex').slice(0, 18).toUpperCase()}`;
