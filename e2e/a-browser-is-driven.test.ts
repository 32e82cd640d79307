import { mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { startCommand, unless, whyNoProgram } from '@polygate/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type BrowserGateway,
  doubleOfBrowser,
  gatewayWithBrowser,
  isAlive,
  sizeOfPng,
  startPage,
  withControl,
} from './support/browser.ts';
import { startGateway } from './support/gateway.ts';
import { addToConfig } from './support/model.ts';
import { listenTcp } from './support/tcp-server.ts';
import { afterTest, forAllTests, newWorld, type World } from './support/world.ts';

interface Status {
  running: boolean;
  state: string;
  pid: number;
  cdpPort: number;
  cdpUrl: string;
  adopted: boolean;
  lastError: string | null;
  userDataDir: string;
}

const statusOf = async (gateway: BrowserGateway, query = '') => (await gateway.ask('GET', `/${query}`)).body as unknown as Status;
const until = async (gateway: BrowserGateway, state: string) =>
  expect.poll(async () => (await statusOf(gateway)).state, { timeout: 20_000, interval: 20 }).toBe(state);
const browserCli = (world: World, ...args: string[]) => world.zero('--profile', 'main', 'browser', ...args);
const logOf = async (gateway: BrowserGateway) =>
  readFile(`${gateway.stateDir}/logs/gateway-${new Date().toISOString().slice(0, 10)}.log`, 'utf8');

/** Of a browser elsewhere: in its address. */
const SECRET = 'tok-4711-geheim';

/** What a process was started with. */
const environmentOf = (pid: number) => readFile(`/proc/${pid}/environ`, 'utf8');

describe('a browser of a gateway', () => {
  let world: World;
  let gateway: BrowserGateway;
  let page: string;
  /** The address of a server that there is not. */
  let nobody: string;

  beforeAll(async () => {
    await forAllTests(async () => {
      world = await newWorld({ SOME_API_KEY: 'hunter2-of-somebody' });
      page = await startPage();
      const executablePath = await doubleOfBrowser(world, '--double-helper');
      nobody = `http://127.0.0.1:${world.firstPort + 301}/`;
      gateway = await gatewayWithBrowser(world, {
        executablePath,
        headless: true,
        profiles: {
          work: { color: '#222222' },
          copy: {},
          far: { cdpUrl: `http://127.0.0.1:${world.firstPort + 300}?token=${SECRET}`, color: '#111111' },
          gone: { cdpUrl: `ws://somebody:${SECRET}@127.0.0.1:${world.firstPort + 301}/devtools/browser/x`, color: '#111111' },
        },
      });
    });
  }, 60_000);

  it('is started when a page is opened, photographed, and ended with all that it started', async () => {
    expect(await statusOf(gateway)).toMatchObject({ running: false, state: 'stopped', pid: null });
    expect((await gateway.ask('GET', '/tabs')).body).toMatchObject({ running: false, tabs: [] });
    const opened = (await browserCli(world, 'open', page, '--json')).json<{ targetId: string }>();
    expect(opened).toMatchObject({ ok: true, url: page, title: 'Fixture', loaded: true });

    const shot = (await browserCli(world, 'screenshot', '--out', 'page.png', '--json')).json<{ path: string; url: string }>();
    expect(shot).toMatchObject({ url: page, path: world.at('page.png') });
    expect(await sizeOfPng(shot.path)).toEqual([1280, 800]);
    const whole = (await browserCli(world, 'screenshot', opened.targetId, '--full-page', '--json')).json<{ path: string }>();
    expect(whole.path).toContain('.zero-main/media/browser/');
    expect(await sizeOfPng(whole.path)).toEqual([1280, 2000]);
    for (const file of [shot.path, whole.path]) expect((await stat(file)).mode & 0o777, file).toBe(0o600);

    const { pid, userDataDir, cdpPort } = await statusOf(gateway);
    expect((await stat(userDataDir)).mode & 0o777).toBe(0o700);
    expect(cdpPort).toBe(gateway.port + 11);
    const environment = await environmentOf(pid);
    expect(environment).toContain('HOME=');
    expect(environment).not.toContain('hunter2');
    expect(environment).not.toContain(gateway.token);

    const helper = Number(await readFile(`${userDataDir}/helper.pid`, 'utf8'));
    expect([isAlive(pid), isAlive(helper)]).toEqual([true, true]);
    expect((await gateway.ask('POST', '/start')).body).toMatchObject({ started: false, pid });
    expect((await browserCli(world, 'stop', '--json')).json()).toMatchObject({ result: 'stopped', running: false, pid: null });
    expect(isAlive(pid)).toBe(false);
    // Its parent is gone: whoever takes it up may take a moment to notice its end.
    await expect.poll(() => isAlive(helper), { timeout: 20_000, interval: 20 }).toBe(false);
    expect((await gateway.ask('POST', '/stop')).body).toMatchObject({ stopped: false });
  });

  it('has tabs that are opened, chosen, sent elsewhere and closed, and opens the web alone', async () => {
    const first = (await gateway.ask('POST', '/tabs/open', { url: page })).body as { targetId: string };
    const second = (await gateway.ask('POST', '/tabs/open', { url: 'about:blank' })).body as { targetId: string };
    const taken = async () => (await gateway.ask('POST', '/screenshot', {})).body.targetId;
    expect(await taken()).toBe(second.targetId);
    expect((await gateway.ask('POST', '/tabs/focus', { targetId: first.targetId })).body).toEqual({ ok: true });
    expect(await taken()).toBe(first.targetId);
    const sent = await gateway.ask('POST', '/navigate', { url: `${page}other`, targetId: second.targetId });
    expect(sent.body).toMatchObject({ ok: true, targetId: second.targetId, url: `${page}other` });
    expect(await gateway.ask('DELETE', `/tabs/${first.targetId}`)).toMatchObject({ status: 200 });
    expect(await gateway.ask('DELETE', `/tabs/${first.targetId}`)).toMatchObject({
      status: 404,
      body: { code: 'BROWSER_TAB_UNKNOWN' },
    });
    for (const url of ['file:///etc/passwd', 'chrome://settings', 'javascript:alert(1)', 'data:text/html,x', 'nonsense', '/etc'])
      expect(await gateway.ask('POST', '/tabs/open', { url }), url).toMatchObject({
        status: 400,
        body: { code: 'BROWSER_URL_REFUSED' },
      });
    const refused = await browserCli(world, 'open', 'file:///etc/passwd', '--json');
    expect([refused.code, refused.json()]).toMatchObject([2, { error: { code: 'BROWSER_URL_REFUSED' } }]);
    expect(await gateway.ask('POST', '/tabs/open', { url: nobody })).toMatchObject({
      status: 502,
      body: { code: 'BROWSER_PAGE_FAILED', details: { reason: 'net::ERR_CONNECTION_REFUSED' } },
    });
    expect(await gateway.ask('POST', '/tabs/open', { url: `${page}crash` })).toMatchObject({
      status: 500,
      body: { code: 'BROWSER_PAGE_CRASHED' },
    });
    expect((await gateway.ask('POST', '/screenshot', { targetId: second.targetId })).status).toBe(200);
  });

  it('is controlled with the token alone, from this machine, and by no page', async () => {
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
    const good = bearer(gateway.token);
    const asked: [status: number, ...Parameters<BrowserGateway['ask']>][] = [
      [401, 'GET', '/', undefined, {}],
      [401, 'GET', '/', undefined, bearer('wrong')],
      [401, 'POST', '/start', undefined, { authorization: `Basic ${gateway.token}` }],
      [403, 'GET', '/', undefined, { ...good, host: 'evil.example' }],
      [403, 'GET', '/', undefined, { ...good, host: '192.168.0.7:18791' }],
      [403, 'POST', '/tabs/open', { url: page }, { ...good, origin: 'http://127.0.0.1' }],
      [403, 'GET', '/', undefined, { ...good, origin: 'null' }],
      [413, 'POST', '/tabs/open', { url: 'x'.repeat(70_000) }, good],
      [415, 'POST', '/tabs/open', `{"url":"${page}"}`, { ...good, 'content-type': 'text/plain' }],
      [400, 'POST', '/tabs/open', '{"url":', good],
      [400, 'POST', '/tabs/open', { url: 7 }, good],
      [400, 'POST', '/tabs/open', undefined, good],
      [400, 'POST', '/screenshot', { type: 'gif' }, good],
      [405, 'DELETE', '/start', undefined, good],
      [404, 'GET', '/cookies', undefined, good],
      [404, 'GET', '/__proto__', undefined, good],
      [404, 'GET', '/?profile=nobody', undefined, good],
      [200, 'GET', '/', undefined, { ...good, host: 'localhost' }],
    ];
    for (const [status, ...request] of asked) {
      const { status: given, body } = await gateway.ask(...request);
      expect([given, status === 200 || typeof body.error], JSON.stringify(request).slice(0, 200)).toEqual([
        status,
        status === 200 || 'string',
      ]);
      expect(JSON.stringify(body)).not.toContain(gateway.token);
    }
    await expect(fetch(`http://[::1]:${gateway.controlPort}/`)).rejects.toThrow();
  });

  it('is reached over the gateway itself too, with the right to write', async () => {
    const { client } = await gateway.client();
    const tabs = await client.request('1', 'browser.request', { method: 'get', path: '/tabs' });
    expect(tabs).toMatchObject({ ok: true, payload: { running: true } });
    const refused = await client.request('2', 'browser.request', {
      method: 'POST',
      path: '/tabs/open',
      body: { url: 'file:///x' },
    });
    expect(refused.error).toMatchObject({ code: 'INVALID_REQUEST', details: { code: 'BROWSER_URL_REFUSED' } });
    const { client: reader } = await gateway.client({ scopes: ['operator.read'] });
    expect(await reader.request('3', 'browser.request', { method: 'GET', path: '/' })).toMatchObject({
      error: { details: { code: 'MISSING_SCOPE' } },
    });
  });

  it('is noticed when it crashes, and started again when it is needed; not for ever', async () => {
    await gateway.ask('POST', '/start');
    for (const times of [1, 2, 3]) {
      const { pid, userDataDir } = await statusOf(gateway);
      process.kill(pid, 'SIGKILL');
      await until(gateway, 'crashed');
      expect((await statusOf(gateway)).lastError).toBe('it was ended by SIGKILL');
      // What it started does not outlive it.
      const helper = Number(await readFile(`${userDataDir}/helper.pid`, 'utf8'));
      await expect.poll(() => isAlive(helper), { timeout: 10_000, interval: 20 }).toBe(false);
      const again = await gateway.ask('POST', '/tabs/open', { url: page });
      if (times < 3) expect(again).toMatchObject({ status: 200, body: { title: 'Fixture' } });
      else expect(again).toMatchObject({ status: 503, body: { code: 'BROWSER_KEEPS_CRASHING', details: { times: 3 } } });
    }
    expect((await gateway.ask('POST', '/start')).body).toMatchObject({ started: true, state: 'running', lastError: null });
  });

  it('is one of several, each with data and a port of its own', async () => {
    await gateway.ask('POST', '/start');
    await gateway.ask('POST', '/start?profile=work');
    const [own, work] = [await statusOf(gateway), await statusOf(gateway, '?profile=work')];
    expect(work.pid).not.toBe(own.pid);
    expect([own.cdpPort, work.cdpPort]).toEqual([gateway.port + 11, gateway.port + 12]);
    expect([own.userDataDir, work.userDataDir]).toEqual(
      ['zero', 'work'].map((name) => world.at(`.zero-main/browser/${name}/user-data`)),
    );
    const { profiles } = (await gateway.ask('GET', '/profiles')).body as { profiles: object[] };
    expect(profiles).toMatchObject([
      { name: 'zero', isDefault: true, running: true },
      { name: 'work', isDefault: false, running: true, color: '#222222' },
      { name: 'copy', running: false },
      { name: 'far', running: false, isRemote: true },
      { name: 'gone', isRemote: true },
    ]);
    await gateway.ask('POST', '/stop?profile=work');
    expect([isAlive(own.pid), isAlive(work.pid)]).toEqual([true, false]);
    // The lease stays with the profile.
    expect((await statusOf(gateway, '?profile=work')).cdpPort).toBe(gateway.port + 12);
  });

  it('has its data freed of a lock whose holder is dead, also under another name of this machine, and never when that cannot be told', async () => {
    const folder = `${gateway.stateDir}/browser/zero`;
    const lock = `${folder}/user-data/SingletonLock`;
    await gateway.ask('POST', '/stop');
    const dead = startCommand(['/bin/sh', '-c', 'exit 0'], { env: world.env });
    await dead.exited;
    const start = async () => {
      const { status, body } = await gateway.ask('POST', '/start');
      if (status === 200) await gateway.ask('POST', '/stop');
      return status === 200 ? 'started' : body['code'];
    };

    await symlink(`${hostname()}-${dead.pid}`, lock);
    expect(await start()).toBe('started');
    // A process of that number that is no browser on these data: the number was given out again.
    await symlink(`${hostname()}-${process.pid}`, lock);
    expect(await start()).toBe('started');
    await symlink(`elsewhere-${dead.pid}`, lock);
    expect(await start()).toBe('BROWSER_PROFILE_IN_USE');
    const told = (await gateway.ask('POST', '/start')).body;
    expect(told).toMatchObject({ error: expect.stringContaining(`pid ${dead.pid} on elsewhere`), details: { lock } });
    await rm(lock);

    // The machine was called otherwise when the browser was started: it is known again by its boot.
    await gateway.ask('POST', '/start');
    const record = JSON.parse(await readFile(`${folder}/running.json`, 'utf8')) as { pid: number; machine: { host: string } };
    await gateway.ask('POST', '/stop');
    const renamed = { ...record, machine: { ...record.machine, host: 'old-name' } };
    await writeFile(`${folder}/running.json`, JSON.stringify(renamed));
    await symlink(`old-name-${record.pid}`, lock);
    expect(await start()).toBe('started');

    // A copy of a state directory says of a browser of the original that it is its own.
    await gateway.ask('POST', '/start');
    const { pid } = await statusOf(gateway);
    await mkdir(`${gateway.stateDir}/browser/copy`, { mode: 0o700 });
    await writeFile(`${gateway.stateDir}/browser/copy/running.json`, await readFile(`${folder}/running.json`, 'utf8'));
    const copy = (await gateway.ask('POST', '/start?profile=copy')).body;
    expect(copy).toMatchObject({ state: 'running', adopted: false });
    expect([isAlive(pid), copy.pid === pid]).toEqual([true, false]);
    await gateway.ask('POST', '/stop?profile=copy');
    await gateway.ask('POST', '/stop');

    // Somebody else's process stays alive, whatever the record says of it.
    const other = startCommand(['tail', '-f', '/dev/null'], { env: world.env });
    afterTest(() => other.stop());
    await writeFile(`${folder}/running.json`, JSON.stringify({ ...record, pid: other.pid }));
    expect(await start()).toBe('started');
    expect(isAlive(other.pid)).toBe(true);
  });

  it('may be elsewhere: it is attached to, let go of and never ended, and what is secret in its address is told to nobody', async () => {
    const data = world.at('remote');
    const remote = startCommand(
      [await doubleOfBrowser(world), `--remote-debugging-port=${world.firstPort + 300}`, `--user-data-dir=${data}`],
      {
        env: world.env,
      },
    );
    afterTest(() => remote.stop());
    await remote.readUntil(/DevTools listening/);
    expect((await gateway.ask('POST', '/tabs/open?profile=far', { url: page })).body).toMatchObject({ title: 'Fixture' });
    const status = await browserCli(world, 'status', '--browser-profile', 'far', '--json');
    const url = `http://127.0.0.1:${world.firstPort + 300}`;
    expect(status.json()).toMatchObject({ running: true, pid: null, cdpUrl: `${url}?***` });
    expect((await gateway.ask('POST', '/stop?profile=far')).body).toMatchObject({ stopped: true, running: false });
    expect(isAlive(remote.pid)).toBe(true);
    const gone = await browserCli(world, 'start', '--browser-profile', 'gone', '--json');
    expect([gone.code, gone.json()]).toMatchObject([69, { error: { code: 'BROWSER_UNREACHABLE' } }]);
    for (const text of [status.stdout, gone.stdout, await logOf(gateway)]) expect(text).not.toContain(SECRET);
  });

  it('goes to the next port when a stranger is on its own, and says who it is', async () => {
    await gateway.ask('POST', '/stop');
    await listenTcp(gateway.port + 11, () => undefined);
    expect((await gateway.ask('POST', '/start')).body.cdpPort).toBe(gateway.port + 14);
    expect(await logOf(gateway)).toContain(`CDP port ${gateway.port + 11} is held by pid ${process.pid}`);
  });

  it('is taken over by the next gateway when its own is killed, or ended where it answers nothing', async () => {
    await gateway.ask('POST', '/start');
    const { pid } = await statusOf(gateway);
    gateway.running.kill('SIGKILL');
    await gateway.running.exited;
    expect(isAlive(pid)).toBe(true);
    gateway = await withControl(await startGateway(world, 'main', '--verbose'));
    await until(gateway, 'running');
    expect(await statusOf(gateway)).toMatchObject({ pid, adopted: true });
    expect((await gateway.ask('POST', '/tabs/open', { url: page })).status).toBe(200);

    // What was written down is wrong: it cannot be spoken to.
    gateway.running.kill('SIGKILL');
    await gateway.running.exited;
    const file = world.at('.zero-main/browser/zero/running.json');
    const record = JSON.parse(await readFile(file, 'utf8')) as { port: number };
    await writeFile(file, JSON.stringify({ ...record, port: record.port + 50 }));
    gateway = await withControl(await startGateway(world, 'main', '--verbose'));
    await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);
    expect((await gateway.ask('POST', '/tabs/open', { url: page })).status).toBe(200);

    // The last one ends in good order, and its browser with it.
    const last = await statusOf(gateway);
    gateway.running.kill('SIGTERM');
    await gateway.running.exited;
    expect(isAlive(last.pid)).toBe(false);
    const down = await browserCli(world, 'open', page, '--json');
    expect([down.code, down.json()]).toMatchObject([3, { error: { code: 'GATEWAY_NOT_RUNNING' } }]);
    expect((await browserCli(world, 'status', '--json')).json()).toMatchObject({ running: false, state: null });
  }, 60_000);
});

describe('a browser that cannot be started', () => {
  let world: World;

  beforeAll(async () => {
    await forAllTests(async () => {
      world = await newWorld();
    });
  });

  it('says why, and which key changes that', async () => {
    const gateway = await gatewayWithBrowser(world, { executablePath: world.at('nothing') });
    const failure = async (browser: Record<string, unknown>) => {
      await addToConfig(world, 'main', { browser });
      const path = String(browser['executablePath']);
      await expect
        .poll(async () => (await statusOf(gateway)) as unknown as { executablePath: string }, { timeout: 20_000, interval: 50 })
        .toMatchObject({ executablePath: path });
      return (await gateway.ask('POST', '/start')).body;
    };
    expect((await browserCli(world, 'start', '--json')).json()).toMatchObject({
      error: { code: 'BROWSER_NOT_FOUND', message: `browser.executablePath is no program: ${world.at('nothing')}` },
    });
    const text = world.at('text.sh');
    await writeFile(text, '#!/bin/sh\necho went wrong >&2\nexit 9\n', { mode: 0o755 });
    expect(await failure({ executablePath: text })).toMatchObject({
      code: 'BROWSER_START_FAILED',
      error: `${text} did not start: went wrong (it exited with 9)`,
    });
    // Only to be used, never to be started.
    expect(await failure({ executablePath: world.at('other'), attachOnly: true })).toMatchObject({ code: 'BROWSER_ATTACH_ONLY' });
    expect(await failure({ executablePath: await doubleOfBrowser(world, '--double-display') })).toMatchObject({
      code: 'BROWSER_NO_DISPLAY',
    });
    const asRoot = { executablePath: await doubleOfBrowser(world, '--double-root') };
    expect(await failure(asRoot)).toMatchObject({ code: 'BROWSER_SANDBOX' });
    expect((await browserCli(world, 'start', '--json')).json()).toMatchObject({
      error: {
        code: 'BROWSER_SANDBOX',
        message: expect.stringContaining('Running as root without --no-sandbox is not supported'),
        hint: expect.stringContaining('zero --profile main config set browser.noSandbox true'),
      },
    });
    // A gateway that stops does not wait for one that says nothing.
    const silent = await doubleOfBrowser(world, '--double-silent');
    await addToConfig(world, 'main', { browser: { executablePath: silent } });
    await expect
      .poll(async () => (await statusOf(gateway)) as unknown, { timeout: 20_000 })
      .toMatchObject({ executablePath: silent });
    const starting = gateway.ask('POST', '/start').catch(() => undefined);
    await until(gateway, 'starting');
    gateway.running.kill('SIGTERM');
    expect(await gateway.running.exited).toEqual({ code: 0, signal: null });
    await starting;
  }, 60_000);

  it('is not controlled where config or environment say so, or a stranger has the port, which is shown no token', async () => {
    const gateway = await gatewayWithBrowser(world, { enabled: false });
    const off = await browserCli(world, 'start', '--json');
    expect([off.code, off.json()]).toMatchObject([1, { error: { code: 'BROWSER_DISABLED' } }]);
    await expect(gateway.ask('GET', '/')).rejects.toThrow('ECONNREFUSED');
    // It is taken over while the gateway runs.
    await addToConfig(world, 'main', { browser: { enabled: true } });
    await gateway.running.readUntil(/browser control on/);
    expect((await gateway.ask('GET', '/')).status).toBe(200);
    await addToConfig(world, 'main', { browser: { enabled: false } });
    await expect
      .poll(() => gateway.ask('GET', '/').catch((error: Error) => error.message), { timeout: 20_000 })
      .toContain('ECONN');
    gateway.running.kill('SIGTERM');
    await gateway.running.exited;

    await addToConfig(world, 'main', { browser: {} });
    const heard: string[] = [];
    const stranger = await listenTcp(gateway.port + 2, (socket) => socket.on('data', (bytes) => heard.push(String(bytes))));
    const again = await startGateway(world, 'main', '--verbose');
    await again.running.readUntil(
      new RegExp(`browsers are not controlled: port ${again.port + 2} is in use by pid ${process.pid}`),
    );
    const foreign = await browserCli(world, 'start', '--json');
    expect([foreign.code, foreign.json()]).toMatchObject([1, { error: { code: 'BROWSER_CONTROL_FOREIGN' } }]);
    expect(heard).toEqual([]);
    stranger.close();
    again.running.kill('SIGTERM');
    await again.running.exited;

    world.env['ZERO_SKIP_BROWSER_CONTROL_SERVER'] = '1';
    const skipping = await startGateway(world, 'main', '--verbose');
    await skipping.running.readUntil(/browsers are not controlled: ZERO_SKIP_BROWSER_CONTROL_SERVER is set/);
    const closed = await browserCli(world, 'tabs', '--json');
    expect([closed.code, closed.json()]).toMatchObject([69, { error: { code: 'BROWSER_CONTROL_CLOSED' } }]);
  }, 60_000);
});

const whyNoChromium = whyNoProgram('chromium');

describe('a real Chromium', () => {
  it.skipIf(whyNoChromium !== undefined)(
    unless(whyNoChromium, 'shows a page, crashes and comes back, and leaves its data free'),
    async () => {
      const world = await newWorld();
      const page = await startPage();
      const isRoot = process.getuid?.() === 0;
      const gateway = await gatewayWithBrowser(world, { headless: true, noSandbox: isRoot, profiles: { work: {} } });
      expect((await browserCli(world, 'open', page, '--json')).json()).toMatchObject({ title: 'Fixture', loaded: true });
      const picture = async (fullPage: boolean) =>
        sizeOfPng((await gateway.ask('POST', '/screenshot', { fullPage })).body['path'] as string);
      expect((await picture(false))[0]).toBe(1280);
      // As wide as what its bar for scrolling leaves.
      expect((await picture(true))[1]).toBe(2000);
      const nobody = await gateway.ask('POST', '/tabs/open', { url: `http://127.0.0.1:${world.firstPort + 301}/` });
      expect(nobody.body).toMatchObject({ code: 'BROWSER_PAGE_FAILED', details: { reason: 'net::ERR_CONNECTION_REFUSED' } });

      const before = await statusOf(gateway);
      process.kill(before.pid, 'SIGKILL');
      await until(gateway, 'crashed');
      expect((await gateway.ask('POST', '/tabs/open', { url: page })).body).toMatchObject({ title: 'Fixture' });
      const work = (await gateway.ask('POST', '/start?profile=work')).body as unknown as Status;
      expect(work.userDataDir).not.toBe(before.userDataDir);

      const { pid } = await statusOf(gateway);
      gateway.running.kill('SIGKILL');
      await gateway.running.exited;
      const next = await withControl(await startGateway(world, 'main', '--verbose'));
      await until(next, 'running');
      expect(await statusOf(next)).toMatchObject({ pid, adopted: true });
      expect((await next.ask('POST', '/tabs/open', { url: page })).body).toMatchObject({ title: 'Fixture' });
      next.running.kill('SIGTERM');
      await next.running.exited;
      await expect.poll(() => [isAlive(pid), isAlive(work.pid as number)], { timeout: 20_000 }).toEqual([false, false]);
    },
    120_000,
  );
});
