/** A message that leaves by a channel. */
export interface Outgoing {
  /** Whom to, in the channel's own way: a number, a chat, a conversation. */
  to: string;
  text: string;
  /** Address of a picture or a file that goes with it. */
  mediaUrl?: string | undefined;
  gifPlayback?: boolean | undefined;
  /** Same key, same message: where the channel can tell, it sends none twice. */
  key: string;
}

/** A message that came by a channel. */
export interface Incoming {
  /** Of this message, once and for all. */
  id: string;
  /** Where an answer goes. */
  chat: string;
  /** Who sent it, as the list of those allowed names people. */
  from: string;
  /** Another name that the list may have for them. */
  name?: string;
  isGroup: boolean;
  text: string;
}

/** How a channel is, for `channels.status`, `health` and `status`. Fields of the family. */
export interface ChannelState {
  /** The config has what it needs. */
  configured: boolean;
  /** It is that account now, as far as is known. */
  linked: boolean;
  running: boolean;
  connected: boolean;
  /** Milliseconds since 1970, of the last time that the other side took it for that account. */
  authAt?: number;
  /** Name of the account. */
  account?: string;
  lastError?: string;
  lastInboundAt?: number;
  lastOutboundAt?: number;
  reconnectAttempts?: number;
  /** Whose message was left unanswered last, because the config does not name them. */
  turnedAway?: string;
}

/** What a channel is told of the gateway around it. */
export interface ChannelEvents {
  /** Its state is another one. */
  changed(): void;
}

/** How a login by a code stands. */
export interface Login {
  message: string;
  connected: boolean;
  /** What the code says that is to be scanned now. */
  qr?: string;
}

/**
 * A way by which messages come and go. It keeps itself connected from `start` to `stop`, and answers what comes by the inbox that
 * it was made with. A failure to send is thrown as a WireError; one whose outcome is not known as SendUnsure.
 */
export interface Channel {
  readonly id: string;
  /** Name for people. */
  readonly label: string;
  readonly state: ChannelState;
  start(): void;
  /** Resolves when nothing goes on any more. */
  stop(): Promise<void>;
  send(message: Outgoing): Promise<{ messageId: string }>;
  /** Begins to link it by a code; resolves with the first one, or when it is linked. */
  login?(options: { force: boolean; timeoutMs: number }): Promise<Login>;
  /** Resolves when it is linked, when there is another code than `shown`, or when time is up. */
  loginProgress?(shown: string | undefined, timeoutMs: number): Promise<Login>;
  /** Ends what links it. True when there was something. */
  logout?(): Promise<boolean>;
}
