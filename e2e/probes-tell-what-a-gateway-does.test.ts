import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { tempDir } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { QUICK, realProber, specFor, watched } from './support/probing.ts';
import { freePort, isFree, startProgram } from './support/programs.ts';
import { listenTcp } from './support/tcp-server.ts';
import { afterTest } from './support/world.ts';

const LISTENS = /listening on/;
const connects = (stdout: string) => stdout.match(/asked: connect/g)?.length ?? 0;

describe('the ladder', () => {
  it('finds one that starts ready, then holds one connection and calls health on it', async () => {
    const { running, port } = await startProgram('slow-start.mjs', { START_AFTER_MS: '500' });
    const told = watched(specFor({ port }), running.pid);
    expect(await told.next('startup-ok')).toMatchObject({ verdict: 'starting' });
    await told.next('ready');
    await told.next('alive');
    expect(await told.next('alive')).toMatchObject({ verdict: 'healthy', probes: { liveness: { ok: true } } });
    await told.next('alive');
    // One climb, one held connection; everything since is a call on it.
    expect(connects(running.stdout)).toBe(2);
    expect(told.types().slice(0, 2)).toEqual(['startup-ok', 'ready']);
  });

  it('is not over while a path that is asked besides says that the start is not', async () => {
    const folder = await tempDir();
    afterTest(() => folder.remove());
    const file = path.join(folder.path, 'started');
    const { running, port } = await startProgram('speaks.mjs', { SPEAKS_STARTED_FILE: file });
    const told = watched(
      specFor({ port, probes: { startup: { ...QUICK, failureThreshold: 300, path: '/startupz' } } }),
      running.pid,
    );
    await expect.poll(() => (running.stdout.match(/asked: health/g) ?? []).length, { timeout: 30_000 }).toBeGreaterThan(3);
    expect(told.types()).toEqual([]);
    await writeFile(file, '');
    await told.next('startup-ok');
    expect(told.types()[0]).toBe('startup-ok');
  });

  it('tells at once that the connection is gone', async () => {
    const { running, port } = await startProgram('speaks.mjs');
    const slow = { ...QUICK, periodMs: 3_600_000 };
    const told = watched(specFor({ port, probes: { readiness: slow, liveness: slow } }), running.pid);
    await told.next('ready');
    const lost = told.next('lost');
    running.kill('SIGKILL');
    expect((await lost).detail).toMatch(/held connection closed/);
  });

  it('finds a wedged one within its liveness budget', async () => {
    const { running, port } = await startProgram('wedges.mjs');
    const told = watched(specFor({ port }), running.pid);
    await told.next('ready');
    const failed = told.next('liveness-failed');
    running.kill('SIGUSR2');
    expect(await failed).toMatchObject({ verdict: 'unresponsive', probes: { liveness: { ok: false, count: 3 } } });
    expect(told.types()).toContain('unready');
  });

  it('finds one that stopped accepting, whose process is well', async () => {
    const { running, port } = await startProgram('listens-then-stops-accepting.mjs');
    const told = watched(specFor({ port }), running.pid);
    await told.next('ready');
    const failed = told.next('liveness-failed');
    running.kill('SIGUSR2');
    await failed;
    expect(told.types()).toContain('lost');
  });

  it('gives up one that never listens, after its startup budget', async () => {
    const told = watched(
      specFor({ port: await freePort(), probes: { startup: { ...QUICK, failureThreshold: 2 } } }),
      process.pid,
    );
    expect((await told.next('startup-failed')).detail).toMatch(/nothing listens/);
    expect(told.types()).toEqual(['startup-failed']);
  });

  it('leaves one alone that says that it is starting, beyond every budget', async () => {
    const { running, port } = await startProgram('speaks.mjs', { SPEAKS_STARTING_MS: '1500' });
    await running.readUntil(LISTENS);
    const told = watched(specFor({ port, probes: { startup: { ...QUICK, periodMs: 50, failureThreshold: 1 } } }), running.pid);
    await told.next('ready');
    expect(told.types()).not.toContain('startup-failed');
    expect(connects(running.stdout)).toBeGreaterThan(2);
  });

  it('gives one that restarts in place its startup budget again', async () => {
    const { running, port } = await startProgram('speaks.mjs', { SPEAKS_STARTING_MS: '700' });
    const told = watched(specFor({ port }), running.pid);
    await told.next('ready');
    const again = told.next('ready');
    running.kill('SIGHUP');
    await again;
    expect(told.types().filter((type) => type !== 'alive')).toEqual([
      ...['startup-ok', 'ready', 'lost', 'unready', 'startup-ok', 'ready'],
    ]);
  });

  it('shows a wrong secret once, and knows all the same that it lives', async () => {
    const { running, port } = await startProgram('speaks.mjs', { SPEAKS_TOKEN: 'another' });
    const told = watched(specFor({ port }), running.pid);
    expect(await told.next('startup-ok')).toMatchObject({ verdict: 'unauthorized' });
    for (let i = 0; i < 5; i += 1) expect(await told.next('alive')).toMatchObject({ verdict: 'unauthorized' });
    expect(running.stdout.match(/wrong token/g)).toHaveLength(1);
    expect(told.types()).not.toContain('ready');
  });

  it('shows it again after a minute', async () => {
    const { running, port } = await startProgram('speaks.mjs', { SPEAKS_TOKEN: 'another' });
    let ahead = 0;
    const told = watched(
      specFor({ port }),
      running.pid,
      realProber(() => Date.now() + ahead),
    );
    await told.next('alive');
    expect(running.stdout.match(/wrong token/g)).toHaveLength(1);
    ahead = 61_000;
    await running.readUntil(/wrong token[\s\S]*wrong token/);
  });

  it('tells of the gateway of another state directory, and never has it ended', async () => {
    const other = await startProgram('speaks.mjs', { SPEAKS_STATE_DIR: '/another/state' });
    await other.running.readUntil(LISTENS);
    // The child is not who listens.
    const child = await startProgram('ignores-term.mjs');
    const told = watched(
      specFor({ port: other.port, probes: { startup: { ...QUICK, failureThreshold: 1 } } }),
      child.running.pid,
    );
    expect(await told.next('wrong-instance')).toMatchObject({
      verdict: 'wrong-instance',
      detail: expect.stringContaining('/another/state'),
    });
    await other.running.readUntil(/(asked: connect[\s\S]*){4}/);
    expect(told.types()).toEqual(['wrong-instance']);
  });

  it('knows its own by the port, whatever it says (builds of January name the default profile)', async () => {
    const { running, port } = await startProgram('speaks.mjs', { SPEAKS_STATE_DIR: '/home/ana/.clawdbot' });
    const told = watched(specFor({ port }), running.pid);
    await told.next('ready');
    expect(told.types()).not.toContain('wrong-instance');
  });

  it('knows one whose port a child of it holds', async () => {
    const { running, port } = await startProgram('speaks.mjs', { SPEAKS_STATE_DIR: '/home/ana/.clawdbot' });
    await running.readUntil(LISTENS);
    const told = watched(specFor({ port }), process.pid);
    await told.next('ready');
  });

  it('does not take a call that is refused for death', async () => {
    const { running, port } = await startProgram('speaks.mjs', { SPEAKS_REFUSES: '1' });
    const told = watched(specFor({ port }), running.pid);
    await told.next('startup-ok');
    for (let i = 0; i < 4; i += 1) expect(await told.next('alive')).toMatchObject({ verdict: 'degraded' });
    expect(told.types()).not.toContain('ready');
  });
});

describe('the other kinds', () => {
  it('tcp: what accepts is alive; what does not is not', async () => {
    const port = await freePort();
    await listenTcp(port, () => undefined);
    const tcp = { ...QUICK, kind: 'tcp' } as const;
    const told = watched(
      specFor({ port, probes: { startup: tcp, readiness: tcp, liveness: { ...tcp, port: await freePort() } } }),
      process.pid,
    );
    await told.next('ready');
    expect((await told.next('liveness-failed')).detail).toMatch(/nothing listens on port/);
  });

  it('http: 200 to 399, and a server that says nothing is silent', async () => {
    const port = await freePort();
    const server = createServer((request, response) => {
      if (request.url === '/hangs') return;
      response.writeHead(request.url === '/moved' ? 302 : 503).end('x'.repeat(100_000));
    }).listen(port, '127.0.0.1');
    afterTest(async () => {
      server.closeAllConnections();
      server.close();
    });
    const http = (path: string) => ({ ...QUICK, kind: 'http', path, timeoutMs: 300 }) as const;
    const told = watched(
      specFor({ port, probes: { startup: http('/moved'), readiness: http('/broken'), liveness: http('/hangs') } }),
      process.pid,
    );
    expect((await told.next('startup-ok')).detail).toMatch(/302/);
    const { probes } = await told.next('liveness-failed');
    expect(probes.readiness).toMatchObject({ ok: false, detail: '/broken answers 503' });
    expect(probes.liveness).toMatchObject({ ok: false, detail: 'no answer within 0.3 s' });
    expect(told.types()).not.toContain('ready');
  });

  it('exec: in the environment of the instance, and ended with all that it started when it is late', async () => {
    const port = await freePort();
    const exec = (script: string) => ({ ...QUICK, kind: 'exec', command: ['/bin/sh', '-c', script], timeoutMs: 1_000 }) as const;
    const env = { PATH: process.env.PATH ?? '', MINE: 'yes', POLYGATE_TEST_PORT: String(port) };
    const hangs = {
      ...exec(`"${process.execPath}" -e 'require("net").createServer().listen(process.env.POLYGATE_TEST_PORT)' & wait`),
      timeoutMs: 1_000,
    };
    const told = watched(
      specFor({
        port,
        env,
        probes: {
          startup: exec('test "$MINE" = yes -a -z "$HOME"'),
          readiness: exec('exit 3'),
          liveness: { ...hangs, failureThreshold: 1 },
        },
      }),
      process.pid,
    );
    await told.next('startup-ok');
    const { probes } = await told.next('liveness-failed');
    told.close();
    expect(probes.readiness).toMatchObject({ ok: false, detail: '/bin/sh ends with 3' });
    await expect.poll(() => isFree(port)).toBe(true);
  });

  it('exec: a program that does not exist is a failure like another', async () => {
    const exec = { ...QUICK, kind: 'exec', command: ['/nowhere/at/all'], failureThreshold: 1 } as const;
    const told = watched(specFor({ port: 1, probes: { startup: exec } }), process.pid);
    expect((await told.next('startup-failed')).detail).toMatch(/\/nowhere\/at\/all.*ENOENT/);
  });
});

describe('many', () => {
  it('are asked 16 at a time, each in its turn', async () => {
    const port = await freePort();
    let open = 0;
    let highest = 0;
    let asked = 0;
    const server = createServer((_, response) => {
      open += 1;
      asked += 1;
      highest = Math.max(highest, open);
      setTimeout(() => {
        open -= 1;
        response.end('ok');
      }, 20);
    }).listen(port, '127.0.0.1');
    afterTest(async () => server.close());
    const prober = realProber();
    const http = { ...QUICK, kind: 'http', path: '/', periodMs: 60_000, timeoutMs: 20_000 } as const;
    const all = Array.from({ length: 200 }, (_, i) =>
      watched(
        specFor({ id: `zero/p${i}`, port, probes: { startup: http, readiness: null, liveness: null } }),
        process.pid,
        prober,
      ).next('ready'),
    );
    await Promise.all(all);
    expect(asked).toBe(200);
    expect(highest).toBeLessThanOrEqual(16);
  });

  it('are not told anything any more once closed', async () => {
    const { running, port } = await startProgram('speaks.mjs');
    const told = watched(specFor({ port }), running.pid);
    await told.next('ready');
    told.close();
    const before = told.events.length;
    await running.stop();
    expect(told.events).toHaveLength(before);
  });
});

describe.skipIf(process.platform !== 'linux')('memory', () => {
  it('above its limit is told', async () => {
    const { running, port } = await startProgram('eats-memory.mjs', { EAT_MEGABYTES: '300' });
    const limits = { maxMemoryBytes: 250 * 1024 * 1024 };
    const told = watched(specFor({ port, limits, probes: { startup: null, readiness: null, liveness: null } }), running.pid);
    expect((await told.next('memory-exceeded')).detail).toMatch(/it has \d+ MB in memory, and may have 250 MB/);
  });
});
