import { createServer, type Server } from 'node:net';
import { claimPortBlock } from '@polygate/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeNet } from './net.ts';
import { nodeProcesses } from './processes.ts';
import { nodeUsers } from './users.ts';

const users = nodeUsers();
const net = nodeNet(nodeProcesses, users);
const servers: Server[] = [];
let block: Awaited<ReturnType<typeof claimPortBlock>>;

beforeEach(async () => {
  block = await claimPortBlock();
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  await block.release();
});

async function listen(host: string, port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, ipv6Only: host === '::' }, resolve);
  });
  servers.push(server);
}

const PLACES = ['127.0.0.1', '0.0.0.0', '::1', '::'];

describe('listeners', () => {
  it.each(PLACES)('finds one on %s, with its address, pid, command and user', async (host) => {
    await listen(host, block.first);
    const found = await net.listeners(block.first);
    expect(found).toEqual([
      {
        ...{ port: block.first, address: host, pid: process.pid, user: users.name },
        command: expect.stringContaining('node'),
      },
    ]);
  });

  it('finds the same when the likely pids are right, and when they are wrong', async () => {
    await listen('127.0.0.1', block.first);
    const [right, wrong] = await Promise.all([
      net.listeners(block.first, [process.pid]),
      net.listeners(block.first, [1, 2 ** 22 + 1]),
    ]);
    expect(right).toEqual(wrong);
    expect(right?.[0]?.pid).toBe(process.pid);
  });

  it('finds both where two share a port on different addresses', async () => {
    await listen('127.0.0.1', block.first);
    await listen('::1', block.first);
    const found = await net.listeners(block.first);
    expect(found?.map((l) => l.address).sort()).toEqual(['127.0.0.1', '::1']);
  });

  it('finds none on a free port, nor where a connection only passes through', async () => {
    await listen('127.0.0.1', block.first);
    expect(await net.listeners(block.first + 1)).toEqual([]);
  });
});

describe('listeningPorts', () => {
  it('holds what listens, on any address', async () => {
    await listen('127.0.0.1', block.first);
    await listen('::1', block.first + 1);
    const ports = await net.listeningPorts();
    expect([ports.has(block.first), ports.has(block.first + 1), ports.has(block.first + 2)]).toEqual([true, true, false]);
  });
});

describe('isFree', () => {
  it('says so of a port that nobody has, as often as it is asked', async () => {
    expect(await net.isFree(block.first)).toBe(true);
    expect(await net.isFree(block.first)).toBe(true);
  });

  it.each(PLACES)('says no while something listens on %s, and yes when it has gone', async (host) => {
    await listen(host, block.first);
    expect(await net.isFree(block.first)).toBe(false);
    await new Promise((resolve) => (servers.pop() as Server).close(resolve));
    expect(await net.isFree(block.first)).toBe(true);
  });
});

describe('ephemeralRange', () => {
  it('is a range of ports', async () => {
    const { first, last } = await net.ephemeralRange();
    expect(first).toBeGreaterThan(0);
    expect(last).toBeGreaterThan(first);
    expect(last).toBeLessThanOrEqual(65_535);
  });
});
