import { EXIT, type ExitCode, type InstanceRow, isProblem } from '@polygate/core';
import type { InstanceReport } from '@polygate/core/supervise';
import type { OpenInstance } from '@polygate/host';
import { type FoundInstance, listInstances } from '@polygate/host/instances';
import type { Context } from '../../context.ts';
import { describeInstance } from '../describe.ts';
import { openOrSay } from '../open-or-say.ts';
import { supervisedReports } from '../supervise/ask.ts';
import { reportExit } from '../supervise/exit-of.ts';
import { type AtOnce, lookAtOnce } from './at-once.ts';
import { type Findings, gather } from './facts.ts';

/** Gateways asked at the same time. */
const AT_ONCE = 16;

export interface AllStatus {
  /** In the order of the list. */
  rows: InstanceRow[];
  /** What each row comes to. */
  codes: ExitCode[];
  /** The instances themselves, with `open`. */
  opened: OpenInstance[];
}

export interface AllOptions {
  timeoutMs: number;
  except?: OpenInstance;
  /** Also open those that need no look of our own. */
  open?: boolean;
}

/**
 * Looks at every instance of this account. What the supervisor looks after it tells; the others are asked, 16 at a time. One that
 * cannot be looked at is said to be so, and no other suffers.
 */
export async function gatherAll(context: Context, { timeoutMs, except, open = false }: AllOptions): Promise<AllStatus> {
  const world = await context.world();
  const isExcepted = (f: FoundInstance) => f.product === except?.instance.pack.id && f.stateDir === except.canonicalStateDir;
  const [all, reports] = await Promise.all([listInstances(world), supervisedReports(context)]);
  const seen = await mapBounded(
    all.filter((f) => !isExcepted(f)),
    AT_ONCE,
    async (f) => {
      const said = reports.get(`${f.product}/${f.profile}`);
      const report = said && isWatched(said) ? said : undefined;
      return { f, report, opened: report && !open ? undefined : await openOrSay(context, world, f) };
    },
  );
  const unwatched = seen.flatMap(({ report, opened }) => (report ? [] : (opened ?? [])));
  const atOnce = unwatched.length > 0 ? await lookAtOnce(context, unwatched) : undefined;
  const looks = await mapBounded(seen, AT_ONCE, async ({ f: { found }, report, opened }): Promise<Look> => {
    if (report) {
      const { instance, verdict, reason, pid } = report;
      return { row: { ...instance, verdict, reason: reason ?? WATCHED, pid, found }, code: reportExit(report), opened };
    }
    if (!opened || !atOnce) return { code: EXIT.unknown, opened };
    return seeOne(context, { opened, found, atOnce }, timeoutMs);
  });
  return {
    rows: looks.flatMap(({ row }) => row ?? []),
    codes: looks.map(({ code }) => code),
    opened: looks.flatMap(({ opened }) => opened ?? []),
  };
}

/** One instance: without a row where it cannot even be opened, which is said then. */
interface Look {
  row?: InstanceRow;
  code: ExitCode;
  opened: OpenInstance | undefined;
}

interface One {
  opened: OpenInstance;
  found: FoundInstance['found'];
  atOnce: AtOnce;
}

async function seeOne(context: Context, { opened, found, atOnce }: One, timeoutMs: number): Promise<Look> {
  try {
    const { net, managerOf } = atOnce;
    const findings = await gather(context, opened, {}, await managerOf(opened), { probe: true, timeoutMs, net });
    const row = { ...(await rowOf(context, findings)), found };
    return { row, code: findings.judgement.exitCode, opened: findings.opened };
  } catch (error) {
    if (!isProblem(error)) throw error;
    const about = { verdict: 'unknown' as const, reason: error.message, pid: opened.lock?.pid ?? null };
    const row = { ...(await describeInstance(context, opened.instance)), ...about, found };
    return { row, code: EXIT.unknown, opened: undefined };
  }
}

const WATCHED = 'the supervisor looks after it';

/** It runs, or shall: one that the supervisor does not run may be run by somebody else. */
const isWatched = ({ wanted, up }: InstanceReport) => wanted.value || up.value;

export async function rowOf(context: Context, { opened, process, judgement }: Findings): Promise<InstanceRow> {
  const { verdict, reason } = judgement;
  return { ...(await describeInstance(context, opened.instance)), verdict, reason, pid: process?.pid ?? null };
}

async function mapBounded<T, R>(items: readonly T[], atOnce: number, body: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const at = next;
      next += 1;
      results[at] = await body(items[at] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
