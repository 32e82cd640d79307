import type { Incoming } from '../channel.ts';

/** What is read of an update of the Bot API. */
export interface Update {
  update_id: number;
  message?: {
    message_id: number;
    text?: string;
    caption?: string;
    from?: { id: number; username?: string; is_bot?: boolean };
    chat: { id: number; type: string };
    reply_to_message?: { from?: { id: number } };
  };
}

/** Who the bot is. */
export interface Me {
  id: number;
  username: string;
}

/** The message in an update; undefined for one that is none for an agent. In a group only what is said to the bot is. */
export function messageIn({ update_id, message }: Update, me: Me): Incoming | undefined {
  const text = message?.text ?? message?.caption;
  if (!message?.from || message.from.is_bot || text === undefined || text.trim() === '') return undefined;
  const { from, chat, reply_to_message: reply } = message;
  const isGroup = chat.type !== 'private';
  if (chat.type === 'channel') return undefined;
  const mention = new RegExp(`(^|\\W)@${me.username}\\b`, 'i');
  if (isGroup && reply?.from?.id !== me.id && !mention.test(text)) return undefined;
  return {
    id: String(update_id),
    chat: String(chat.id),
    from: String(from.id),
    ...(from.username ? { name: `@${from.username}` } : {}),
    isGroup,
    text,
  };
}
