import { createServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const FIRST = 10_000;
const LAST = 30_400;
const SIZE = 2_400;
/** Tests of other checkouts on this machine may have them all for a while; no event tells when one is left. */
const WAIT_MS = 50_000;

/**
 * A block of ports for one test, so that tests that run side by side never propose the same ones. The claim is a listener
 * on the block's last port: the system takes it back when the test's process ends, however it ends.
 */
export async function claimPortBlock(): Promise<PortBlock> {
  for (const end = Date.now() + WAIT_MS; ; await delay(200)) {
    const block = await freeBlock();
    if (block) return block;
    if (Date.now() > end) throw new Error('no block of ports is free: are more tests running than there are blocks?');
  }
}

interface PortBlock {
  first: number;
  release(): Promise<void>;
}

async function freeBlock(): Promise<PortBlock | undefined> {
  const blocks = Array.from({ length: Math.floor((LAST - FIRST) / SIZE) }, (_, i) => FIRST + i * SIZE);
  const start = Math.floor(Math.random() * blocks.length);
  for (let i = 0; i < blocks.length; i += 1) {
    const first = blocks[(start + i) % blocks.length] as number;
    const server = await listen(first + SIZE - 1);
    if (!server) continue;
    // Somebody else's, who claims no blocks: then the first port, which tests use by its number, is not to be had.
    const beginning = await listen(first);
    await closed(beginning);
    if (beginning) return { first, release: () => closed(server) };
    await closed(server);
  }
  return undefined;
}

const closed = (server: Server | undefined) =>
  new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));

function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(undefined));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      server.unref();
      resolve(server);
    });
  });
}
