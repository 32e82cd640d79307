import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { turned } from '../lab.mjs';

const LINE_BYTES = 100;
const LIMIT_MS = 90_000;
/** Nothing more comes when the files did not grow for so long. */
const QUIET_MS = 3_000;

/** One child that prints as fast as it can: how long it takes and what is lost, also when it exits right after the last line. */
export async function logs(lab) {
  const light = lab.light.name === 'C' ? 'light' : 'node';
  for (let round = 0; round < lab.scale.rounds; round += 1) {
    for (const [kind, how] of [
      [light, 'log'],
      ['node', 'logexit'],
    ]) {
      await toFile(lab, kind, how);
      for (const peer of turned(lab.peers, round)) await supervised(lab, peer, kind, how);
    }
    console.log(`  log lines: round ${round + 1} of ${lab.scale.rounds}`);
  }
}

/** The floor: the child's stdout is the file itself. */
async function toFile({ hub, folder, env, argvOf, marker, scale, record }, kind, how) {
  const session = marker();
  hub.open(session);
  const file = path.join(folder, `${session}.log`);
  const fd = openSync(file, 'a');
  const [program, ...args] = argvOf(kind, session, 0, `${how}:${scale.lines}`);
  const done = once(hub, 'done');
  spawn(program, args, { env, stdio: ['ignore', fd, fd] });
  closeSync(fd);
  const [{ at, doneAt }] = await done;
  record({ what: 'logs', peer: 'bare', kind, how, ms: doneAt - at, ...tally([file], scale.lines) });
}

async function supervised(lab, PeerClass, kind, how) {
  const { hub, scale, record } = lab;
  const mode = () => `${how}:${scale.lines}`;
  await lab.session(PeerClass, { count: 1, kind, restart: false, mode }, async (peer, [service]) => {
    const signal = AbortSignal.timeout(LIMIT_MS);
    const done = once(hub, 'done', { signal });
    await peer.start();
    const [{ at, doneAt }] = await done;
    const onDisk = await settled(() => peer.logFiles(service), scale.lines * LINE_BYTES);
    const counted = tally(peer.logFiles(service), scale.lines);
    record({ what: 'logs', peer: PeerClass.id, kind, how, ms: Math.max(onDisk, doneAt) - at, ...counted });
  });
}

/** The moment at which the files hold all, or stopped growing. */
async function settled(files, wanted) {
  for (let [size, since] = [-1, performance.now()]; ; await delay(5)) {
    const now = files().reduce((sum, file) => sum + sizeOf(file), 0);
    if (now >= wanted) return performance.now();
    if (now !== size) [size, since] = [now, performance.now()];
    if (performance.now() - since > QUIET_MS) return since;
  }
}

function sizeOf(file) {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** How many of the numbered lines are whole in no file, and how many there twice or torn. */
function tally(files, total) {
  const seen = new Uint8Array(total);
  let [found, bad] = [0, 0];
  for (const file of files) {
    for (const line of readFileSync(file, 'latin1').split('\n')) {
      if (line === '') continue;
      const number = line.length === LINE_BYTES - 1 && line[0] === 'L' ? Number(line.slice(1, 9)) : Number.NaN;
      if (!(number < total) || seen[number]) bad += 1;
      else {
        seen[number] = 1;
        found += 1;
      }
    }
  }
  return { lost: total - found, bad };
}
