import { setTimeout as delay } from 'node:timers/promises';
import { type HttpAnswer, RawHttp, requestBytes } from '../raw-http.ts';
import { randomFrom } from '../seeded.ts';
import { rssOf } from './fuzz.ts';
import { type FuzzRequest, type HttpSecrets, httpMaker } from './http-requests.ts';

export interface HttpTarget extends HttpSecrets {
  port: number;
  pid: number;
}

export interface HttpReport {
  requests: number;
  /** Answers by their status. */
  answers: Record<string, number>;
  /** Answers that no client should get. */
  faults: string[];
  /** Times that the well-behaved client was answered meanwhile. */
  served: number;
  /** Bodies that did not come to their end, and were told so. */
  late: number;
  rssBefore: number | undefined;
  rssAfter: number | undefined;
}

const SOCKETS = 16;

/** Sends so many generated requests over real sockets, with `slow` ones beside them that never end, while a good client is served. */
export async function fuzzHttp(
  target: HttpTarget,
  { seed, requests, slow: count }: { seed: number; requests: number; slow: number },
): Promise<HttpReport> {
  const report: HttpReport = {
    ...{ requests: 0, answers: {}, faults: [], served: 0, late: 0 },
    rssBefore: rssOf(target.pid),
    rssAfter: undefined,
  };
  let over = false;
  const good = serveWell(target, () => !over, report);
  const slow = Array.from({ length: count }, (_, i) => dribble(target, i, report));
  const each = Math.ceil(requests / SOCKETS);
  const workers = Array.from({ length: SOCKETS }, (_, i) => hammer(target, seed * 1000 + i, each, report));
  try {
    await Promise.race([Promise.all([...workers, ...slow]), good]);
  } finally {
    over = true;
  }
  await good;
  report.rssAfter = rssOf(target.pid);
  return report;
}

async function hammer(target: HttpTarget, seed: number, each: number, report: HttpReport): Promise<void> {
  const make = httpMaker(randomFrom(seed), target);
  let wire: RawHttp | undefined;
  for (let sent = 0; sent < each; sent += 1) {
    const request = make();
    if (!wire?.isOpen) wire = await RawHttp.open(target.port);
    report.requests += 1;
    wire.write(Buffer.from(request.bytes, 'utf8'));
    if (request.leaves) {
      wire.end();
      wire = undefined;
      continue;
    }
    const answer = await wire.answer({ toHead: request.toHead });
    const what = String(answer?.status ?? 'closed');
    report.answers[what] = (report.answers[what] ?? 0) + 1;
    const fault = faultOf(request, answer, target) ?? (request.isLast ? await isAnsweredAgain(wire) : undefined);
    if (fault !== undefined) report.faults.push(`${request.name}: ${fault}`);
    if (!answer || answer.headers.connection === 'close' || request.isLast) {
      wire.end();
      wire = undefined;
    }
  }
  wire?.end();
}

function faultOf(
  { statuses, mayClose }: FuzzRequest,
  answer: HttpAnswer | undefined,
  { token, hookToken }: HttpSecrets,
): string | undefined {
  if (!answer) return mayClose ? undefined : 'closed without an answer';
  const { status, headers, body } = answer;
  if (!statuses.includes(status)) return `${status} ${body.slice(0, 200)}`;
  if (headers['access-control-allow-origin'] !== undefined) return 'CORS';
  if (body.includes(token) || body.includes(hookToken)) return 'a secret is told';
  // What the parser refuses has no body, and what is to be no WebSocket a line of text.
  const isText = headers['content-type'] === 'text/html';
  return status < 400 || body === '' || isText || isErrorDocument(body) ? undefined : `${status} with ${body.slice(0, 200)}`;
}

function isErrorDocument(body: string): boolean {
  try {
    const { ok, error } = JSON.parse(body) as { ok?: boolean; error: Record<string, unknown> };
    return typeof error.message === 'string' && (ok === false ? typeof error.code === 'string' : 'param' in error);
  } catch {
    return false;
  }
}

/** What hides in a request that is refused is none itself. */
async function isAnsweredAgain(wire: RawHttp): Promise<string | undefined> {
  // Whoever waits for the end of a socket that stays open is answered by this one.
  wire.write(requestBytes('GET', '/nothing'));
  for (let more = await wire.answer(); more; more = await wire.answer()) {
    if (more.status === 404) return undefined;
    if (more.status !== 400) return `answered again: ${more.status} ${more.body.slice(0, 100)}`;
  }
  return undefined;
}

async function serveWell({ port, token }: HttpTarget, goesOn: () => boolean, report: HttpReport): Promise<void> {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  while (goesOn()) {
    const words = `good ${report.served}`;
    const body = JSON.stringify({ model: 'echo', messages: [{ role: 'user', content: words }] });
    const response = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, { method: 'POST', headers, body });
    const answer = (await response.json()) as { choices?: { message: { content: string } }[] };
    if (response.status === 200 && answer.choices?.[0]?.message.content !== words)
      report.faults.push(`the good client got ${JSON.stringify(answer)}`);
    else if (response.status === 200) report.served += 1;
    else if (response.status !== 503) report.faults.push(`the good client got ${response.status}`);
    await delay(10);
  }
}

/** A request that never comes to its end: its time is up, and it is told so. */
async function dribble({ port, token }: HttpTarget, i: number, report: HttpReport): Promise<void> {
  const wire = await RawHttp.open(port);
  const head = requestBytes('POST', '/v1/chat/completions', {
    headers: {
      Authorization: `Bearer ${i % 2 === 0 ? token : ''}`,
      'Content-Type': 'application/json',
      'Content-Length': '1000',
    },
    body: '{',
  });
  wire.write(i % 4 === 3 ? head.slice(0, -20) : head);
  let over = false;
  const drops = (async () => {
    while (!over && wire.isOpen) {
      wire.write('x');
      await delay(100);
    }
  })();
  const answer = await wire.answer();
  // Who showed no secret hears of that at once.
  if (answer && ![401, 408].includes(answer.status)) report.faults.push(`a slow body got ${answer.status}`);
  if (answer?.status === 408) report.late += 1;
  await wire.rest();
  over = true;
  await drops;
}
