import { classifyFailure, connectGateway, type GatewayConnection, RequestRefused, SocketClosed } from '@polygate/client';
import { EXIT, type ExitCode, type ReachDocument } from '@polygate/core';
import type { Context } from '../../context.ts';
import { clientIdentity } from '../client-identity.ts';
import type { ReachTarget } from './targets.ts';

type Reached = ReachDocument['targets'][number];

const UNKNOWN = { self: null, config: null, health: null, summary: null, presence: null };

/** Says hello to a target and asks how it is, within the time. What it does not answer is null; nothing is thrown. */
export async function reach(context: Context, target: ReachTarget, timeoutMs: number): Promise<Reached> {
  const { id, kind, active, url, token, password } = target;
  const { clock } = context.host;
  const began = clock.monotonic();
  const left = () => Math.max(1, timeoutMs - (clock.monotonic() - began));
  const about = { id, kind, active, url, tunnel: null };
  let connection: GatewayConnection | undefined;
  try {
    connection = await connectGateway({ url, token, password, timeoutMs, client: clientIdentity(context) });
    const latencyMs = Math.round(clock.monotonic() - began);
    const answers = await askAll(connection, left());
    return { ...about, connect: { ok: true, latencyMs, error: null, close: null, outcome: 'ok' }, ...answers };
  } catch (error) {
    const { outcome, reason } = classifyFailure(error);
    return { ...about, connect: { ok: false, latencyMs: null, error: reason, close: closeOf(error), outcome }, ...UNKNOWN };
  } finally {
    connection?.close();
  }
}

async function askAll(
  connection: GatewayConnection,
  timeoutMs: number,
): Promise<Omit<Reached, keyof ReachTarget | 'tunnel' | 'connect'>> {
  const ask = (method: string) => connection.call(method, {}, timeoutMs).catch(() => null);
  const [health, summary, presence, config] = await Promise.all(['health', 'status', 'system-presence', 'config.get'].map(ask));
  const here = Array.isArray(presence) ? (presence as Record<string, unknown>[]) : null;
  return { self: selfIn(here), config: summaryOf(config), health, summary, presence: here };
}

/** The entry of the gateway itself. */
function selfIn(presence: Record<string, unknown>[] | null): Reached['self'] {
  const entry = presence?.find(({ mode, reason }) => mode === 'gateway' && reason === 'self');
  if (!entry) return null;
  const known = ['host', 'ip', 'version', 'platform'].filter((key) => typeof entry[key] === 'string');
  return Object.fromEntries(known.map((key) => [key, entry[key]]));
}

/** Of the config only what tells how it is reached: never the whole of it. */
function summaryOf(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null) return null;
  const { path, exists, valid, issues = [], legacyIssues = [], config } = answer as Record<string, unknown>;
  const { mode = null, bind = null, port = null, auth } = ((config ?? {}) as { gateway?: Record<string, unknown> }).gateway ?? {};
  const authMode = (auth as { mode?: unknown } | undefined)?.mode ?? null;
  return { path, exists, valid, issues, legacyIssues, gateway: { mode, bind, port, authMode } };
}

function closeOf(error: unknown): Reached['connect']['close'] {
  if (error instanceof SocketClosed) return { code: error.closeCode, reason: error.closeReason };
  // A refusal comes as an answer, and the socket is closed with the same words.
  return error instanceof RequestRefused ? { code: 1008, reason: error.error.message } : null;
}

/** 0 when any of them was reached; else why the one that commands talk to was not. */
export function exitOf(targets: readonly Reached[]): ExitCode {
  if (targets.some(({ connect }) => connect.ok)) return EXIT.ok;
  const meant = targets.find(({ active }) => active) ?? targets[0];
  switch (meant?.connect.outcome) {
    case 'closed':
      return EXIT.notRunning;
    case 'unauthorized':
      return EXIT.noPermission;
    case 'starting':
      return EXIT.tempFail;
    default:
      return EXIT.unavailable;
  }
}
