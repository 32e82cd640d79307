// Turns a log over as the supervisor does, and is ended by SIGKILL in place of step KILL_AT; "done" on stdout when it came to the end.
// Bundled by the story that runs it.
import { writeSync } from 'node:fs';
import { nodeHost } from '@polygate/host';
import { logSystem, rotate } from '@polygate/supervisor';

const [log = '', pid = '', stamp = '', killAt = ''] = process.argv.slice(2);
const real = logSystem(nodeHost().processes, 'linux');
let steps = 0;

function step(torn?: () => void): void {
  steps += 1;
  if (steps !== Number(killAt)) return;
  torn?.();
  process.kill(process.pid, 'SIGKILL');
  // The signal is on its way; nothing more may happen here.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

type Call = (...args: never[]) => unknown;
const counted = Object.fromEntries(
  (['openSync', 'closeSync', 'ftruncateSync', 'renameSync', 'unlinkSync', 'readdirSync'] as const).map((name): [string, Call] => [
    name,
    (...args) => {
      step();
      return (real.fs[name] as Call)(...args);
    },
  ]),
);
const writing = (file: number, bytes: Uint8Array, offset: number, length: number, position: number): number => {
  step(() => real.fs.writeSync(file, bytes, offset, Math.floor(length / 2), position));
  return real.fs.writeSync(file, bytes, offset, length, position);
};

const outcome = await rotate(
  { path: log, keep: 3 },
  { pid: Number(pid), stamp },
  {
    ...real,
    fs: { ...real.fs, ...counted, writeSync: writing as typeof real.fs.writeSync },
    // A busy machine is not to change the order of the steps: it is never too late.
    now: () => 0,
    signal: (to, signal) => {
      step();
      real.signal(to, signal);
    },
  },
  { mayPause: () => true },
);
writeSync(1, `${outcome} after ${steps} steps\n`);
