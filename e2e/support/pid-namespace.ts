import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { type Running, startCommand } from '@polygate/testkit';
import { afterTest } from './world.ts';

// util-linux. --kill-child: when the test ends, so does everything in there.
const UNSHARE = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child=SIGKILL', '--'];

/** Why nothing can be PID 1 of a namespace here; undefined when it can. */
export function whyNoPidNamespace(): string | undefined {
  if (process.platform !== 'linux') return 'a PID namespace needs Linux';
  if (process.getuid?.() !== 0) return 'a PID namespace needs root';
  const [program = '', ...args] = [...UNSHARE, 'true'];
  return spawnSync(program, args).status === 0 ? undefined : 'unshare --pid does not work here';
}

/** A command as PID 1 of a PID namespace, as in a container. */
export interface Contained {
  running: Running;
  /** PID 1, as this side sees it; waited for until its program is the one that is named. */
  init(program: RegExp): Promise<number>;
  /** Every process in there but PID 1, seen from here. */
  others(): { pid: number; ppid: number; state: string; command: string }[];
}

export function startContained(argv: readonly string[], options: { env: Record<string, string>; cwd: string }): Contained {
  const running = startCommand([...UNSHARE, ...argv], options);
  afterTest(() => running.stop('SIGKILL'));
  const first = () => all().find(({ ppid }) => ppid === running.pid)?.pid;
  return {
    running,
    async init(program) {
      for (const end = Date.now() + 20_000; ; ) {
        const pid = first();
        if (pid !== undefined && program.test(commandOf(pid))) return pid;
        if (Date.now() > end) throw new Error(`no ${program} as PID 1: ${running.stdout}${running.stderr}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    others() {
      const pid = first();
      const space = pid === undefined ? undefined : spaceOf(pid);
      return space === undefined ? [] : all().filter((p) => p.pid !== pid && spaceOf(p.pid) === space);
    },
  };
}

function all(): { pid: number; ppid: number; state: string; command: string }[] {
  return readdirSync('/proc').flatMap((name) => {
    const stat = /^\d+$/.test(name) ? read(`/proc/${name}/stat`) : '';
    const [, state, ppid] = /^\d+ \(.*\) (\S) (\d+)/s.exec(stat) ?? [];
    return state === undefined ? [] : [{ pid: Number(name), ppid: Number(ppid), state, command: commandOf(Number(name)) }];
  });
}

const commandOf = (pid: number) => read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();

function read(file: string): string {
  try {
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  } catch {
    return '';
  }
}

/** A zombie keeps its namespace's number. */
function spaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined;
  }
}
