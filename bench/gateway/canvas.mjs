// Files of the canvas beside those of a bare node file server, in turns, over connections that are kept.
import { mkdir, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { median } from '../lib/measure.mjs';

const ROUNDS = 5;
const AT_ONCE = 16;
/** Name, bytes, and how many are asked for in a round. */
const FILES = [
  ['small.txt', 2_000, 3_000],
  ['picture.png', 200_000, 1_000],
  ['film.mp4', 8_000_000, 40],
];
const CANVAS = '/__zero__/canvas';

/** Prints how many files a second both give. `bare(directory)` starts the other server and gives its port. */
export async function canvasFiles({ port, root, bare }) {
  await mkdir(root, { recursive: true });
  for (const [name, bytes] of FILES) await writeFile(`${root}/${name}`, Buffer.alloc(bytes, 120));
  const other = await bare(root);
  console.log('\nfile        bytes    canvas /s   bare /s   ratio');
  for (const [name, bytes, count] of FILES) {
    const rounds = { ours: [], theirs: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.ours.push(await filesPerSecond(port, `${CANVAS}/${name}`, bytes, count));
      rounds.theirs.push(await filesPerSecond(other, `/${name}`, bytes, count));
    }
    const [ours, theirs] = [median(rounds.ours), median(rounds.theirs)];
    const cells = [
      String(bytes).padStart(8),
      ours.toFixed(0).padStart(10),
      theirs.toFixed(0).padStart(9),
      (ours / theirs).toFixed(2),
    ];
    console.log(`${name.padEnd(11)} ${cells.join('  ')}`);
  }
}

async function filesPerSecond(port, path, bytes, count) {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  let left = count;
  const began = performance.now();
  const fetchOn = async () => {
    while (left > 0) {
      left -= 1;
      const got = await sizeOf({ host: '127.0.0.1', port, path, agent });
      if (got !== bytes) throw new Error(`${path}: ${got} bytes of ${bytes}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, fetchOn));
  const seconds = (performance.now() - began) / 1_000;
  agent.destroy();
  return count / seconds;
}

function sizeOf(options) {
  return new Promise((resolve, reject) => {
    const asked = request(options, (response) => {
      let size = 0;
      response.on('data', (chunk) => {
        size += chunk.length;
      });
      response.once('end', () => resolve(size));
    });
    asked.once('error', reject);
    asked.end();
  });
}
