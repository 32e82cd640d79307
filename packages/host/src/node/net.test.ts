import { createServer, type Server } from 'node:net';
import { claimPortBlock, RecordingProcesses, type Respond, reading } from '@polygate/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listenerSources } from './listeners.ts';
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
        ...{ port: block.first, address: host, pid: process.pid },
        // netstat of Windows names nobody's account.
        ...(process.platform === 'win32' ? {} : { user: users.name }),
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

describe('listenersOn', () => {
  it('looks up several ports at once, and leaves the others out', async () => {
    await listen('127.0.0.1', block.first);
    await listen('::1', block.first + 1);
    await listen('127.0.0.1', block.first + 2);
    const found = await net.listenersOn(new Set([block.first, block.first + 1, block.first + 3]));
    expect(found?.map(({ port, pid }) => [port, pid]).sort()).toEqual([
      [block.first, process.pid],
      [block.first + 1, process.pid],
    ]);
  });
});

describe('where /proc does not tell', () => {
  const netOf = (platform: NodeJS.Platform, respond: Respond) => {
    const recorded = new RecordingProcesses(respond);
    return { net: nodeNet(recorded, users, platform), recorded };
  };

  it('asks lsof, and takes its exit 1 for nobody', async () => {
    const { net: mac } = netOf('darwin', () => ({ stdout: reading('lsof', '4.95-listeners') }));
    const [port] = [...(await mac.listeningPorts())];
    expect((await mac.listeners(port as number))?.[0]).toMatchObject({ port, pid: expect.any(Number), user: expect.any(String) });
    expect(await netOf('darwin', () => ({ code: 1 })).net.listeners(1)).toEqual([]);
    expect(await netOf('darwin', () => ({ code: undefined, failure: 'ENOENT' })).net.listeners(1)).toBeUndefined();
  });

  it('reads the ephemeral range of macOS from sysctl, and takes the widest usual one when that fails', async () => {
    const { net: mac, recorded } = netOf('darwin', () => ({ stdout: reading('sysctl', 'portrange-defaults') }));
    expect(await mac.ephemeralRange()).toEqual({ first: 49_152, last: 65_535 });
    expect(recorded.commands).toEqual(['sysctl -n net.inet.ip.portrange.first net.inet.ip.portrange.last']);
    expect(await netOf('darwin', () => ({ code: 1 })).net.ephemeralRange()).toEqual({ first: 32_768, last: 65_535 });
  });

  it('asks netstat on Windows, and tasklist for the names', async () => {
    const { net: windows, recorded } = netOf('win32', (line) => {
      if (line.includes('TCPv6')) return { stdout: reading('netstat', '10-german-v6') };
      if (line.includes('\\netstat.exe ')) return { stdout: reading('netstat', '10-english') };
      return {
        stdout: line.includes('\\tasklist.exe ') ? reading('tasklist', '10-csv') : reading('netsh', 'dynamicport-defaults'),
      };
    });
    expect(await windows.listeners(18_789)).toEqual([
      { port: 18_789, address: '127.0.0.1', pid: 4242, command: 'node.exe' },
      { port: 18_789, address: '::1', pid: 4242, command: 'node.exe' },
    ]);
    expect(await windows.listeners(19_000)).toEqual([]);
    expect([...(await windows.listeningPorts())].sort()).toEqual([135, 18_789, 18_791]);
    expect(await windows.ephemeralRange()).toEqual({ first: 49_152, last: 65_535 });
    expect(recorded.commands.filter((line) => line.includes('\\tasklist.exe '))).toHaveLength(1);
  });

  it('cannot tell on Windows without netstat', async () => {
    expect(await netOf('win32', () => ({ code: undefined, failure: 'ENOENT' })).net.listeners(1)).toBeUndefined();
  });
});

describe('the programs that are asked on Linux when /proc may not be read', () => {
  const sourcesOf = (respond: Respond) => listenerSources(new RecordingProcesses(respond), users, 'linux').slice(1);
  const ask = async (respond: Respond) => {
    for (const source of sourcesOf(respond)) {
      const found = await source.listeners(new Set([28_001]), []);
      if (found) return found;
    }
    return undefined;
  };

  it('are lsof, then ss', async () => {
    const noLsof: Respond = (line) =>
      line.startsWith('lsof') ? { code: undefined, failure: 'ENOENT' } : { stdout: reading('ss', '6.1.0-listeners') };
    expect(await ask(noLsof)).toEqual([{ port: 28_001, address: '127.0.0.1', pid: 4242, command: 'node' }]);
    expect(await ask(() => ({ code: undefined, failure: 'ENOENT' }))).toBeUndefined();
  });
});
