/** The part of grammY that is used: calls of the Bot API, and how they fail. */
export declare class Api {
  constructor(token: string, options: { apiRoot: string; timeoutSeconds: number });
  getMe(signal: AbortSignal): Promise<{ id: number; username: string }>;
  getUpdates(
    query: { offset: number; timeout: number; allowed_updates: readonly string[] },
    signal: AbortSignal,
  ): Promise<{ update_id: number }[]>;
  sendMessage(chat: string, text: string): Promise<Sent>;
  sendPhoto(chat: string, url: string, about: About): Promise<Sent>;
  sendAnimation(chat: string, url: string, about: About): Promise<Sent>;
  sendDocument(chat: string, url: string, about: About): Promise<Sent>;
}

interface Sent {
  message_id: number;
}

interface About {
  caption: string;
}

/** The Bot API refused. */
export declare class GrammyError extends Error {
  readonly error_code: number;
  readonly description: string;
  readonly parameters: { retry_after?: number };
}

/** The Bot API was not reached, or its answer was none. */
export declare class HttpError extends Error {
  readonly error: unknown;
}
