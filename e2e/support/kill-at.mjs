// Loaded into a command with NODE_OPTIONS=--import: counts what it does to files below KILL_BELOW, and ends the process with
// SIGKILL in place of operation number KILL_AT. Without KILL_AT it writes the list of operations to KILL_LIST.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';

const { KILL_BELOW: below, KILL_AT: killAt, KILL_LIST: list } = process.env;
const { appendFileSync, writeSync } = fs;
const at = killAt === undefined ? 0 : Number(killAt);
let count = 0;

const concerns = (file) => typeof file === 'string' && (file === below || file.startsWith(`${below}${path.sep}`));

/** One operation is about to happen. `torn` does half of it first. */
function step(name, file, torn) {
  count += 1;
  if (list !== undefined) appendFileSync(list, `${name} ${path.relative(below, file) || '.'}\n`);
  if (count !== at) return;
  torn?.();
  process.kill(process.pid, 'SIGKILL');
  // The signal is on its way; nothing more may happen here.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

for (const name of ['mkdir', 'rename', 'unlink', 'rmdir', 'rm', 'chmod', 'utimes', 'writeFile', 'link', 'copyFile']) {
  const [whole, promised] = [fs[name], fs.promises[name]];
  fs[name] = (...args) => {
    if (concerns(args[0])) step(name, args[0]);
    return whole(...args);
  };
  fs.promises[name] = async (...args) => {
    if (concerns(args[0])) step(name, args[0]);
    return promised(...args);
  };
}

const { open } = fs.promises;
fs.promises.open = async (file, ...rest) => {
  if (!concerns(file)) return open(file, ...rest);
  step('open', file);
  const handle = await open(file, ...rest);
  for (const name of ['writeFile', 'write', 'chmod', 'sync', 'close']) {
    const method = handle[name].bind(handle);
    handle[name] = async (...args) => {
      const half = () => writeSync(handle.fd, String(args[0]).slice(0, String(args[0]).length / 2));
      step(name, file, name.startsWith('write') ? half : undefined);
      return method(...args);
    };
  }
  return handle;
};
syncBuiltinESMExports();
