import { readFile } from 'node:fs/promises';
import { type Finished, runCommand } from '@polygate/testkit';

/** What one command took, and whether its answer can be used. */
export interface Measured {
  seconds: number;
  /** Peak memory of its largest process. */
  megabytes: number;
  code: number | null;
  /** undefined: right; else what is wrong with the answer. */
  wrong: string | undefined;
}

export interface Job {
  what: string;
  theirs: readonly string[][];
  ours: readonly string[][];
  /** What is wrong with an answer, theirs or ours; undefined: nothing. */
  wrong(answer: Finished): string | undefined;
  /** Its gateway is down. */
  stopped?: boolean;
}

/** Runs the commands of one side, one after the other, so often; gives the median of the times, and the last answer's worth. */
export async function measure(
  commands: readonly string[][],
  { wrong }: Pick<Job, 'wrong'>,
  { runs, env, cwd, file }: { runs: number; env: Record<string, string>; cwd: string; file: string },
): Promise<Measured> {
  const taken: Measured[] = [];
  for (let run = 0; run < runs; run += 1) {
    let total: Measured = { seconds: 0, megabytes: 0, code: 0, wrong: undefined };
    for (const argv of commands) {
      const done = await runCommand(['/usr/bin/time', '-o', file, '-f', '%e %M', ...argv], { env, cwd, timeoutMs: 600_000 });
      const [seconds = 0, kilobytes = 0] = ((await readFile(file, 'utf8')).trim().split('\n').at(-1) ?? '')
        .split(' ')
        .map(Number);
      total = {
        seconds: total.seconds + seconds,
        megabytes: Math.max(total.megabytes, kilobytes / 1024),
        code: done.code,
        wrong: total.wrong ?? wrong(done),
      };
    }
    taken.push(total);
  }
  taken.sort((one, other) => one.seconds - other.seconds);
  return taken[Math.floor(taken.length / 2)] as Measured;
}

const cell = ({ seconds, megabytes, code, wrong }: Measured) =>
  `${seconds.toFixed(2)} s, ${Math.round(megabytes)} MB, exit ${code}: ${wrong ?? 'right'}`;

export function table(title: string, rows: readonly { what: string; theirs: Measured; ours: Measured }[]): string {
  const lines = rows.map(({ what, theirs, ours }) => {
    const times = Math.round(theirs.seconds / Math.max(ours.seconds, 0.01));
    return `| ${what} | ${cell(theirs)} | ${cell(ours)} | ${times < 2 ? '' : `${times} ×`} |`;
  });
  return [`## ${title}`, '', '| Job | Its own command | Polygate | Faster |', '| --- | --- | --- | --- |', ...lines].join('\n');
}
