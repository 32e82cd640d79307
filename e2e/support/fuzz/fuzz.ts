import { readFileSync } from 'node:fs';
import { randomFrom } from '../seeded.ts';
import { type FuzzFrame, frameMaker, type Random } from './frames.ts';
import { DOCUMENTED, Peer, within } from './peer.ts';
import { breakOff, WIRE_CASES } from './wire.ts';

export interface FuzzTarget {
  port: number;
  token: string;
  pid: number;
  schemaPath: string;
}

export interface FuzzReport {
  frames: number;
  /** Answers by what they were: ok, an error code, or the code that a socket was closed with. */
  answers: Record<string, number>;
  /** Times that the well-behaved client was answered meanwhile. */
  served: number;
  /** Answers that no client should get. */
  faults: string[];
  /** KiB before and after, where the system tells. */
  rssBefore: number | undefined;
  rssAfter: number | undefined;
}

const SOCKETS = 20;
/** Frames that are sent before their answers are waited for. */
const BURST = 50;

/** Sends so many generated frames over real sockets, nine of ten after hello, while a good client is served. @throws what did not hold */
export async function fuzz(target: FuzzTarget, { seed, frames }: { seed: number; frames: number }): Promise<FuzzReport> {
  const report: FuzzReport = { frames: 0, answers: {}, served: 0, faults: [], rssBefore: rssOf(target.pid), rssAfter: undefined };
  const count = (what: string) => {
    report.answers[what] = (report.answers[what] ?? 0) + 1;
  };
  const good = await Peer.open(target);
  await good.hello(target.token);
  let over = false;
  const served = (async () => {
    while (!over) {
      await good.ask(`good ${report.served}`, 'health');
      report.served += 1;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  const each = Math.ceil(frames / SOCKETS);
  try {
    const workers = Array.from({ length: SOCKETS }, (_, i) =>
      hammer(target, randomFrom(seed * 1000 + i), { each, report, count }),
    );
    await Promise.race([Promise.all(workers), served]);
  } finally {
    over = true;
  }
  await served;
  good.end();
  // What was not let go of by then is kept.
  report.rssAfter = rssOf(target.pid);
  return report;
}

interface Share {
  each: number;
  report: FuzzReport;
  count(what: string): void;
}

async function hammer(target: FuzzTarget, random: Random, { each, report, count }: Share): Promise<void> {
  const make = frameMaker(target.schemaPath, random);
  let peer: Peer | undefined;
  for (let sent = 0; sent < each; ) {
    if (random() < 0.3) {
      await beforeHello(target, make(`h${sent}`), count);
      sent += 1;
      report.frames += 1;
      continue;
    }
    if (!peer?.isOpen) {
      peer = await Peer.open(target);
      await peer.hello(target.token);
      peer.onAnswer = ({ ok, error }) => {
        // An internal error is a bug of the gateway, whatever was asked.
        const isOurs = ok || (DOCUMENTED.has(error?.code ?? '') && error?.message !== 'internal error');
        if (!isOurs) report.faults.push(JSON.stringify(error));
        count(ok ? 'ok' : (error?.code ?? ''));
      };
    }
    for (let i = 0; i < BURST && sent < each; i += 1, sent += 1) {
      peer.send(make(`f${sent}`));
      if (random() < 0.01) peer.ping();
      report.frames += 1;
    }
    // Everything before it was read when this is answered: frames are taken in order.
    await peer.ask(`sync ${sent}`, 'health');
    if (random() < 0.05) {
      const { name, run } = WIRE_CASES[Math.floor(random() * WIRE_CASES.length)] as (typeof WIRE_CASES)[number];
      const fault = await run(target);
      count(`on the wire: ${name}`);
      if (fault !== undefined) report.faults.push(`${name}: ${fault}`);
      await breakOff(target, random);
      peer.end();
    }
  }
  peer?.end();
}

/** A first frame that is no good hello: the socket is closed with a documented code. */
async function beforeHello(target: FuzzTarget, frame: FuzzFrame, count: (what: string) => void): Promise<void> {
  const peer = await Peer.open(target);
  peer.send(frame);
  const code = await within(peer.closed, 'a frame before hello did not end its socket');
  if (![1002, 1007, 1008, 1009].includes(code)) throw new Error(`closed with ${code} for a bad hello`);
  count(`closed ${code}`);
}

/** Resident KiB of a process; undefined where the system does not tell. */
export function rssOf(pid: number): number | undefined {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}
