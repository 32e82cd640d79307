import type { EventFrame, HelloOk } from '@polygate/protocol';
import { FrameSocket, TimedOut } from './socket.ts';

/** Who a client says it is. Ids and modes are closed lists in real gateways: these are in all of them. */
export interface ClientIdentity {
  id: 'cli' | 'gateway-client';
  mode: 'cli' | 'backend';
  version: string;
  /** Stable, so that repeated calls stay one presence entry. */
  instanceId: string;
  displayName?: string;
}

export interface ConnectOptions {
  url: string;
  client: ClientIdentity;
  token?: string | undefined;
  password?: string | undefined;
  scopes?: string[];
  timeoutMs: number;
  onEvent?(frame: EventFrame): void;
}

/** Generations that this client speaks. Servers accept a range that includes theirs. */
const MIN_PROTOCOL = 3;
const MAX_PROTOCOL = 4;

/** A socket on which the gateway has spoken first. */
export interface Challenged {
  socket: FrameSocket;
  nonce: string;
}

/** Opens a socket and waits for connect.challenge: proof, without a secret, that a gateway is there. */
export async function openChallenged(url: string, timeoutMs: number): Promise<Challenged> {
  let onNonce: (nonce: string) => void = () => undefined;
  let onClosed: (error: Error) => void = () => undefined;
  const challenge = new Promise<string>((resolve, reject) => {
    onNonce = resolve;
    onClosed = reject;
  });
  // Until it is awaited below, a refusal must not count as unhandled.
  challenge.catch(() => undefined);
  const socket = await FrameSocket.open(url, {
    timeoutMs,
    onEvent: (frame) => {
      const { nonce } = (frame.payload ?? {}) as { nonce?: unknown };
      if (frame.event === 'connect.challenge' && typeof nonce === 'string') onNonce(nonce);
    },
  });
  socket.onClose = onClosed;
  const timer = setTimeout(() => onClosed(new TimedOut(`no connect.challenge within ${timeoutMs} ms`)), timeoutMs);
  try {
    return { socket, nonce: await challenge };
  } catch (error) {
    socket.close();
    throw error;
  } finally {
    clearTimeout(timer);
    socket.onClose = () => undefined;
  }
}

/** The connect request on a challenged socket. @throws RequestRefused, TimedOut or SocketClosed. */
export async function sayHello({ socket }: Challenged, options: Omit<ConnectOptions, 'url'>): Promise<HelloOk> {
  const { client, token, password, scopes = ['operator.read', 'operator.write', 'operator.admin'] } = options;
  const auth = { ...(token ? { token } : {}), ...(password ? { password } : {}) };
  const hello = await socket.request(
    'connect',
    {
      minProtocol: MIN_PROTOCOL,
      maxProtocol: MAX_PROTOCOL,
      client: { ...client, platform: process.platform },
      caps: [],
      role: 'operator',
      scopes,
      ...(Object.keys(auth).length > 0 ? { auth } : {}),
    },
    options.timeoutMs,
  );
  return hello as HelloOk;
}

/** A connection that has said hello. */
export interface GatewayConnection {
  hello: HelloOk;
  /** `final`: of an answer in two stages, the second. */
  call(method: string, params?: unknown, timeoutMs?: number, final?: boolean): Promise<unknown>;
  close(): void;
  /** Settles when the connection ends. */
  closed: Promise<{ code: number; reason: string }>;
}

/** Connects and says hello. Errors are those of the stage that failed: see socket.ts. */
export async function connectGateway(options: ConnectOptions): Promise<GatewayConnection> {
  const challenged = await openChallenged(options.url, options.timeoutMs);
  const { socket } = challenged;
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.onClose = ({ closeCode, closeReason }) => resolve({ code: closeCode, reason: closeReason });
  });
  socket.onEvent = options.onEvent ?? (() => undefined);
  try {
    const hello = await sayHello(challenged, options);
    return {
      hello,
      closed,
      call: (method, params, timeoutMs = options.timeoutMs, final = false) => socket.request(method, params, timeoutMs, final),
      close: () => socket.close(),
    };
  } catch (error) {
    socket.close();
    throw error;
  }
}
