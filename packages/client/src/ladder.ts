import { request } from 'node:http';
import { connect as tcpConnect } from 'node:net';
import type { ProbeReport, Rung, RungResult } from '@polygate/core';
import type { HelloOk } from '@polygate/protocol';
import { type Challenged, type ConnectOptions, introduce, openChallenged } from './connect.ts';
import { classifyFailure } from './failure.ts';
import { TimedOut } from './socket.ts';

export interface LadderOptions extends Omit<ConnectOptions, 'timeoutMs'> {
  /** Bound for the whole ladder, without what `identify` takes. */
  timeoutMs: number;
  /** Where HTTP tells that it is alive; null: its version has no such path. Default: /healthz. */
  healthPath?: string | null | undefined;
  /** Is the gateway that answered the one that was meant? */
  identify(hello: HelloOk): Promise<{ ok: boolean; detail: string }>;
}

/** Windows asks a port that refuses three times before it says so. */
const TCP_MS = process.platform === 'win32' ? 3_000 : 1_000;
/** Milliseconds each rung may take, within the bound of the whole. A gateway on loopback needs one or two. */
const BUDGET: Record<Rung, number> = { tcp: TCP_MS, http: 2_000, challenge: 3_000, hello: 5_000, identity: 2_000, rpc: 5_000 };

/**
 * Climbs the ladder: TCP connect; HTTP /healthz; WebSocket and challenge; hello; identity; the call `health`. Each rung is
 * reported with its time; it ends at the first that fails, save http, which old gateways do not have.
 */
export async function climb(options: LadderOptions): Promise<ProbeReport> {
  const { url, healthPath = '/healthz' } = options;
  const rungs: RungResult[] = [];
  let end = nowMs() + options.timeoutMs;
  const budget = (rung: Rung) => Math.max(1, Math.min(BUDGET[rung], end - nowMs()));
  const rung = async <T>(name: Rung, body: (timeoutMs: number) => Promise<T>): Promise<T> => {
    const began = nowMs();
    const note = (ok: boolean, detail?: string) =>
      rungs.push({ rung: name, ok, ms: Math.round((nowMs() - began) * 10) / 10, ...(detail ? { detail } : {}) });
    try {
      const value = await body(budget(name));
      note(true, typeof value === 'string' ? value : undefined);
      return value;
    } catch (error) {
      note(false, classifyFailure(error).reason);
      throw error;
    }
  };

  let challenged: Challenged | undefined;
  let hello: HelloOk | undefined;
  const report = (rest: Omit<ProbeReport, 'url' | 'rungs'>): ProbeReport => ({
    url,
    rungs: rungs.sort((a, b) => ORDER.indexOf(a.rung) - ORDER.indexOf(b.rung)),
    ...(hello ? { server: describeServer(hello) } : {}),
    ...rest,
  });
  try {
    await rung('tcp', (ms) => openTcp(url, ms));
    const http = healthPath === null ? undefined : rung('http', (ms) => askHealth(url, healthPath, ms)).catch(() => undefined);
    challenged = await rung('challenge', (ms) => openChallenged(url, ms)).finally(() => http);
    const first = challenged;
    const open = await rung('hello', (timeoutMs) => introduce(first, { ...options, timeoutMs }));
    challenged = open;
    const answered = open.hello;
    hello = answered;
    const asked = nowMs();
    const identity = await options.identify(answered);
    // Nothing that the gateway has to answer for: Windows is asked by programs, for seconds on a busy machine.
    end += nowMs() - asked;
    rungs.push({ rung: 'identity', ok: identity.ok, ms: 0, detail: identity.detail });
    if (!identity.ok) return report({ outcome: 'wrong-instance', reason: identity.detail });
    try {
      await rung('rpc', (ms) => open.socket.request('health', {}, ms));
    } catch (error) {
      return report({ outcome: 'rpc-failed', reason: `health: ${(error as Error).message}` });
    }
    return report({ outcome: 'ok' });
  } catch (error) {
    return report(classifyFailure(error));
  } finally {
    challenged?.socket.close();
  }
}

/** A clock that only goes forward. performance.now() would load more than all that it times. */
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;

const ORDER: Rung[] = ['tcp', 'http', 'challenge', 'hello', 'identity', 'rpc'];

function openTcp(url: string, timeoutMs: number): Promise<void> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = tcpConnect({ host: bare(hostname), port: Number(port || 80), timeout: timeoutMs });
    const finish = (then: () => void) => {
      socket.destroy();
      then();
    };
    socket.once('connect', () => finish(resolve));
    const late = () => finish(() => reject(new TimedOut(`no TCP connection within ${Math.round(timeoutMs)} ms`)));
    // What came while this process itself was held up is seen first.
    socket.once('timeout', () => setImmediate(late));
    socket.once('error', (error) => finish(() => reject(error)));
  });
}

/** It must be JSON with ok:true; a 200 with HTML is a web page and proves nothing. Resolves to what was seen. */
function askHealth(url: string, path: string, timeoutMs: number): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: bare(hostname), port: Number(port || 80), path, timeout: timeoutMs, agent: false },
      (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          body += chunk;
          if (body.length > 65_536) asked.destroy(new Error(`${path} answers with more than 64 KiB`));
        });
        response.on('end', () => {
          if (response.statusCode === 200 && isOk(body)) resolve('ok');
          else reject(new Error(`${path} answers ${response.statusCode} ${response.headers['content-type'] ?? ''}`.trim()));
        });
      },
    );
    asked.on('timeout', () => asked.destroy(new TimedOut(`${path} does not answer`)));
    asked.on('error', reject);
    asked.end();
  });
}

function isOk(body: string): boolean {
  try {
    return (JSON.parse(body) as { ok?: unknown }).ok === true;
  } catch {
    return false;
  }
}

const bare = (hostname: string) => hostname.replace(/^\[|\]$/g, '');

function describeServer({ server, snapshot }: HelloOk): NonNullable<ProbeReport['server']> {
  const linkChannel = linkIn((snapshot.health as { linkChannel?: unknown } | null)?.linkChannel);
  return {
    version: server.version,
    ...(server.host ? { host: server.host } : {}),
    ...(snapshot.stateDir ? { stateDir: snapshot.stateDir } : {}),
    ...(snapshot.configPath ? { configPath: snapshot.configPath } : {}),
    uptimeMs: snapshot.uptimeMs,
    ...(linkChannel ? { linkChannel } : {}),
  };
}

/** The channel that is told as linked; undefined where a gateway tells of none, or in another form. */
function linkIn(said: unknown): NonNullable<ProbeReport['server']>['linkChannel'] {
  const { id, label, linked, authAgeMs } = (said ?? {}) as Record<string, unknown>;
  if (typeof id !== 'string' || typeof label !== 'string' || typeof linked !== 'boolean') return undefined;
  return { id, label, linked, authAgeMs: typeof authAgeMs === 'number' && authAgeMs >= 0 ? Math.round(authAgeMs) : null };
}
