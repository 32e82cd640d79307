import { Socket } from 'node:net';

/** In the environment of a supervisor that nobody waits for. */
export const DETACHED = 'POLYGATE_DETACHED';
/** In the environment of a supervisor that shall take another one's place: what that one looks after. */
export const SUCCEEDS = 'POLYGATE_SUCCEEDS';
/** Where both talk: a socket that the successor is born with. */
export const CHANNEL_FD = 3;

export interface Heritage {
  ids: string[];
  /** It also takes up what is set up meanwhile. */
  all: boolean;
}

/** The part of a successor: it says how far it is, and waits for its turn. */
export interface Succession extends Heritage {
  /** All that can be known beforehand is right. Resolves when the place is free. */
  prepared(): Promise<void>;
  /** It looks after all of them now. */
  up(): void;
  failed(reason: string): void;
}

/** What this process shall succeed to; undefined when it is no successor. Takes the word out of the environment. */
export function successionOf(env: NodeJS.ProcessEnv): Succession | undefined {
  const text = env[SUCCEEDS];
  delete env[SUCCEEDS];
  if (text === undefined) return undefined;
  const channel = new Socket({ fd: CHANNEL_FD, readable: true, writable: true });
  // Its end tells enough: the other one is gone, or has heard what it wanted.
  channel.on('error', () => channel.destroy());
  const say = (line: string) => channel.write(`${line}\n`);
  return {
    ...(JSON.parse(text) as Heritage),
    prepared: () =>
      new Promise((resolve) => {
        // Both: the place is free when it is said, and when the one before is gone.
        channel.once('data', () => resolve());
        channel.once('close', () => resolve());
        say('prepared');
      }),
    up() {
      say('up');
      channel.end();
      channel.unref();
    },
    failed(reason) {
      say(`failed ${reason.split('\n').join(' ')}`);
      channel.end();
    },
  };
}
