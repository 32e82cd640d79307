import { readFile } from 'node:fs/promises';
import { type Finished, runCommand } from '@polygate/testkit';

/** What one command took, and whether its answer can be used. */
export interface Measured {
  seconds: number;
  /** Of processors, which what else the machine does hardly changes. */
  cpuSeconds: number;
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
    let total: Measured = { seconds: 0, cpuSeconds: 0, megabytes: 0, code: 0, wrong: undefined };
    for (const argv of commands) {
      const done = await runCommand(['/usr/bin/time', '-o', file, '-f', '%e %U %S %M', ...argv], {
        env,
        cwd,
        timeoutMs: 600_000,
      });
      const [seconds = 0, user = 0, system = 0, kilobytes = 0] = ((await readFile(file, 'utf8')).trim().split('\n').at(-1) ?? '')
        .split(' ')
        .map(Number);
      total = {
        seconds: total.seconds + seconds,
        cpuSeconds: total.cpuSeconds + user + system,
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

const cell = ({ seconds, cpuSeconds, megabytes, code, wrong }: Measured) =>
  `${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} s of CPU, ${Math.round(megabytes)} MB, exit ${code}: ${wrong ?? 'right'}`;

const times = (theirs: number, ours: number) => {
  const factor = Math.round(theirs / Math.max(ours, 0.01));
  return factor < 2 ? '' : `${factor} ×`;
};

export function table(rows: readonly { what: string; theirs: Measured; ours: Measured }[]): string {
  const lines = rows.map(({ what, theirs, ours }) => {
    const [time, cpu] = [times(theirs.seconds, ours.seconds), times(theirs.cpuSeconds, ours.cpuSeconds)];
    return `| ${what} | ${cell(theirs)} | ${cell(ours)} | ${time} | ${cpu} |`;
  });
  return ['| Job | Its own command | Polygate | Faster | Less CPU |', '| --- | --- | --- | --- | --- |', ...lines].join('\n');
}
