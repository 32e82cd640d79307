import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { ConnectParams, PairedDevice, PairingRequest } from '@polygate/protocol';
import { sameSecret } from '../auth.ts';
import type { Kept } from '../kept.ts';

/** Tokens of one role that are good at the same time: processes of one device say hello side by side. */
const MOST_TOKENS = 4;
/** Requests that wait to be answered; older ones give way. */
const MOST_PENDING = 50;
/** A request that nobody answered is forgotten. */
const PENDING_TTL_MS = 300_000;

export interface StoredToken {
  role: string;
  scopes: string[];
  /** SHA-256: who reads the file cannot come in with it. */
  hash: string;
  createdAtMs: number;
  lastUsedAtMs?: number;
}

export interface StoredDevice extends Omit<PairedDevice, 'tokens'> {
  tokens: StoredToken[];
}

export interface DeviceBook {
  devices: StoredDevice[];
  pending: PairingRequest[];
}

export const EMPTY_BOOK: DeviceBook = { devices: [], pending: [] };

export const isDeviceBook = (value: unknown): value is DeviceBook => {
  const { devices, pending } = (value ?? {}) as Partial<DeviceBook>;
  return Array.isArray(devices) && Array.isArray(pending) && devices.every((d) => Array.isArray(d.tokens));
};

/** A device that asks to be let in, its identity proven. */
export interface Asking {
  deviceId: string;
  publicKey: string;
  client: ConnectParams['client'];
  role: string;
  scopes: string[];
  remoteIp?: string;
}

/** Devices that were let in, those that wait, and the tokens of the former. */
export class Devices {
  readonly #kept: Kept<DeviceBook>;
  readonly #now: () => number;

  constructor(kept: Kept<DeviceBook>, now: () => number) {
    this.#kept = kept;
    this.#now = now;
  }

  get pending(): readonly PairingRequest[] {
    const oldest = this.#now() - PENDING_TTL_MS;
    return this.#kept.value.pending.filter(({ ts }) => ts >= oldest);
  }

  get paired(): readonly PairedDevice[] {
    return this.#kept.value.devices.map(withoutHashes);
  }

  /** True when the device was let in with this key, in this role, with all of these scopes. */
  allows({ deviceId, publicKey, role, scopes }: Asking): boolean {
    const device = this.#find(deviceId);
    return (
      device?.publicKey === publicKey && device.roles.includes(role) && scopes.every((scope) => device.scopes.includes(scope))
    );
  }

  /** The request of a device that is not let in yet: the one that waits already, or a new one. */
  async ask(asking: Asking): Promise<{ request: PairingRequest; isNew: boolean }> {
    const { client, ...who } = asking;
    const same = this.pending.find((p) => p.deviceId === who.deviceId && p.role === who.role && covers(p.scopes, who.scopes));
    if (same) return { request: same, isNew: false };
    const request: PairingRequest = {
      requestId: randomUUID(),
      ...who,
      clientId: client.id,
      clientMode: client.mode,
      platform: client.platform,
      ...(client.displayName ? { displayName: client.displayName } : {}),
      isRepair: this.#find(who.deviceId) !== undefined,
      ts: this.#now(),
    };
    await this.#kept.set({ ...this.#kept.value, pending: [...this.pending, request].slice(-MOST_PENDING) });
    return { request, isNew: true };
  }

  /** Lets a device in. What it may already is not taken from it, unless it has another key now: then it is another device. */
  async admit({ deviceId, publicKey, client, role, scopes }: Asking): Promise<PairedDevice> {
    const before = this.#find(deviceId);
    const kept = before?.publicKey === publicKey ? before : undefined;
    const now = this.#now();
    const device: StoredDevice = {
      deviceId,
      publicKey,
      clientId: client.id,
      clientMode: client.mode,
      platform: client.platform,
      ...(client.displayName ? { displayName: client.displayName } : {}),
      roles: union(kept?.roles, [role]),
      scopes: union(kept?.scopes, scopes),
      tokens: kept?.tokens ?? [],
      createdAtMs: kept?.createdAtMs ?? now,
      approvedAtMs: now,
    };
    await this.#replace(deviceId, device, (p) => p.deviceId !== deviceId || p.role !== role);
    return withoutHashes(device);
  }

  /** Answers a request that waits. undefined when there is none of this id. */
  async resolve(requestId: string, decision: 'approved' | 'rejected'): Promise<PairingRequest | undefined> {
    const request = this.pending.find((p) => p.requestId === requestId);
    if (!request) return undefined;
    if (decision === 'rejected') {
      await this.#kept.set({ ...this.#kept.value, pending: this.pending.filter((p) => p !== request) });
      return request;
    }
    const { clientId, clientMode, platform, displayName, ...rest } = request;
    const client = { id: clientId, mode: clientMode, platform, version: '', ...(displayName ? { displayName } : {}) };
    await this.admit({ ...rest, client: client as Asking['client'] });
    return request;
  }

  /** Forgets a device with its tokens. False when it is not known. */
  async remove(deviceId: string): Promise<boolean> {
    if (!this.#find(deviceId)) return false;
    await this.#replace(deviceId, undefined);
    return true;
  }

  /** A new token; the text is told once and kept nowhere. `only`: every older one of this role ends. undefined: no such device, or not in this role. */
  async issue(
    deviceId: string,
    role: string,
    options: { scopes?: string[] | undefined; only: boolean },
  ): Promise<Issued | undefined> {
    const device = this.#find(deviceId);
    if (!device?.roles.includes(role)) return undefined;
    const scopes = (options.scopes ?? device.scopes).filter((scope) => device.scopes.includes(scope));
    const token = randomBytes(32).toString('base64url');
    const made: StoredToken = { role, scopes, hash: hashOf(token), createdAtMs: this.#now() };
    const others = device.tokens.filter((t) => t.role !== role);
    const same = options.only ? [] : device.tokens.filter((t) => t.role === role).slice(1 - MOST_TOKENS);
    await this.#replace(deviceId, { ...device, tokens: [...others, ...same, made] });
    return { token, role, scopes, createdAtMs: made.createdAtMs };
  }

  /** Ends every token of a role. False when there is no such device. */
  async revoke(deviceId: string, role: string): Promise<boolean> {
    const device = this.#find(deviceId);
    if (!device) return false;
    await this.#replace(deviceId, { ...device, tokens: device.tokens.filter((t) => t.role !== role) });
    return true;
  }

  /** The scopes that a token gives its device in this role; undefined when it is none of its tokens. */
  scopesOf(deviceId: string, role: string, token: string): string[] | undefined {
    const hash = hashOf(token);
    return this.#find(deviceId)?.tokens.find((t) => t.role === role && sameSecret(t.hash, hash))?.scopes;
  }

  #find(deviceId: string): StoredDevice | undefined {
    return this.#kept.value.devices.find((d) => d.deviceId === deviceId);
  }

  #replace(
    deviceId: string,
    device: StoredDevice | undefined,
    stays: (p: PairingRequest) => boolean = () => true,
  ): Promise<void> {
    const devices = this.#kept.value.devices.filter((d) => d.deviceId !== deviceId);
    return this.#kept.set({ devices: device ? [...devices, device] : devices, pending: this.pending.filter(stays) });
  }
}

export interface Issued {
  token: string;
  role: string;
  scopes: string[];
  createdAtMs: number;
}

function withoutHashes({ tokens, ...device }: StoredDevice): PairedDevice {
  return { ...device, tokens: tokens.map(({ hash: _, ...token }) => token) };
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');
const union = (a: readonly string[] = [], b: readonly string[]) => [...new Set([...a, ...b])];
const covers = (a: readonly string[], b: readonly string[]) => b.every((scope) => a.includes(scope));
