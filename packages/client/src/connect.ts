import type { EventFrame, HelloOk } from '@polygate/protocol';
import type { DeviceKey } from './device.ts';
import { FrameSocket, TimedOut } from './socket.ts';

/** Who a client says it is. Ids and modes are closed lists in real gateways: these are in all of them. */
export interface ClientIdentity {
  id: 'cli' | 'gateway-client';
  mode: 'cli' | 'backend';
  version: string;
  /** Stable, so that repeated calls stay one presence entry. */
  instanceId: string;
  displayName?: string;
  /** Its key, made or read when a gateway lets in nobody without one. */
  device?: (() => Promise<DeviceKey>) | undefined;
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

/**
 * Says hello on a challenged socket; to a gateway that lets in nobody without a device, once more with the key of this client, on
 * a socket of its own: the first one is closed by then. @throws RequestRefused, TimedOut or SocketClosed.
 */
export async function introduce(
  first: Challenged,
  options: ConnectOptions,
  prepare: (socket: FrameSocket) => void = () => undefined,
): Promise<Challenged & { hello: HelloOk }> {
  prepare(first.socket);
  try {
    return { ...first, hello: await sayHello(first, options) };
  } catch (error) {
    first.socket.close();
    const { signedDevice, wantsDevice } = await import('./device.ts');
    const { device, ...client } = options.client;
    if (!device || !wantsDevice(error)) throw error;
    const key = await device();
    const second = await openChallenged(options.url, options.timeoutMs);
    prepare(second.socket);
    try {
      const { scopes = SCOPES, token } = options;
      const signed = signedDevice(key, { client, role: ROLE, scopes, token, nonce: second.nonce, now: Date.now() });
      return { ...second, hello: await sayHello(second, options, signed) };
    } catch (again) {
      second.socket.close();
      throw again;
    }
  }
}

const ROLE = 'operator';
const SCOPES = ['operator.read', 'operator.write', 'operator.admin'];

async function sayHello({ socket }: Challenged, options: Omit<ConnectOptions, 'url'>, signed?: object): Promise<HelloOk> {
  const { client: given, token, password, scopes = SCOPES } = options;
  const { device: _, ...client } = given;
  const auth = { ...(token ? { token } : {}), ...(password ? { password } : {}) };
  const hello = await socket.request(
    'connect',
    {
      minProtocol: MIN_PROTOCOL,
      maxProtocol: MAX_PROTOCOL,
      client: { ...client, platform: process.platform },
      caps: [],
      role: ROLE,
      scopes,
      ...(signed ? { device: signed } : {}),
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
  const first = await openChallenged(options.url, options.timeoutMs);
  // The first of two sockets, where there are two, is closed on the way: that is not the end of the connection.
  const gone = new Map<FrameSocket, { code: number; reason: string }>();
  const { hello, socket } = await introduce(first, options, (each) => {
    each.onEvent = options.onEvent ?? (() => undefined);
    each.onClose = ({ closeCode, closeReason }) => gone.set(each, { code: closeCode, reason: closeReason });
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    const already = gone.get(socket);
    if (already) resolve(already);
    else socket.onClose = ({ closeCode, closeReason }) => resolve({ code: closeCode, reason: closeReason });
  });
  return {
    hello,
    closed,
    call: (method, params, timeoutMs = options.timeoutMs, final = false) => socket.request(method, params, timeoutMs, final),
    close: () => socket.close(),
  };
}
