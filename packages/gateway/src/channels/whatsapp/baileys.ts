// The part of baileys 6 that is used. The package is not ours: who wants WhatsApp adds it to the state directory.

export interface Baileys {
  makeWASocket(config: Record<string, unknown>): Socket;
  useMultiFileAuthState(directory: string): Promise<Auth>;
}

/** What links the account, kept in files of the library's own. */
export interface Auth {
  state: { creds: { me?: { id: string } | null } };
  saveCreds(): Promise<void>;
}

export interface Socket {
  ev: {
    on<E extends keyof Events>(event: E, listener: (value: Events[E]) => void): void;
  };
  sendMessage(
    jid: string,
    content: Record<string, unknown>,
    options: { messageId: string },
  ): Promise<{ key: { id?: string | null } } | undefined>;
  logout(): Promise<void>;
  end(error: Error | undefined): void;
}

interface Events {
  'connection.update': ConnectionUpdate;
  'creds.update': unknown;
  'messages.upsert': { messages: WhatsAppMessage[] };
}

export interface ConnectionUpdate {
  connection?: 'connecting' | 'open' | 'close';
  lastDisconnect?: { error?: { message?: string; output?: { statusCode?: number } } };
  /** What a phone has to scan. */
  qr?: string;
}

export interface WhatsAppMessage {
  key: { id?: string | null; remoteJid?: string | null; fromMe?: boolean | null; participant?: string | null };
  message?: {
    conversation?: string | null;
    extendedTextMessage?: { text?: string | null; contextInfo?: Context | null } | null;
    imageMessage?: { caption?: string | null } | null;
  } | null;
}

interface Context {
  mentionedJid?: string[] | null;
  participant?: string | null;
}

/** Why a connection ended (DisconnectReason of the library). */
export const ENDED = { loggedOut: 401, replaced: 440, restart: 515 } as const;

/** The exports of the package, however it was built. */
export function asBaileys(loaded: unknown): Baileys | undefined {
  for (const from of [loaded, (loaded as { default?: unknown } | null)?.default]) {
    const { makeWASocket, default: made, useMultiFileAuthState } = (from ?? {}) as Record<string, unknown>;
    const make = makeWASocket ?? made;
    if (typeof make === 'function' && typeof useMultiFileAuthState === 'function')
      return { makeWASocket: make, useMultiFileAuthState } as unknown as Baileys;
  }
  return undefined;
}
