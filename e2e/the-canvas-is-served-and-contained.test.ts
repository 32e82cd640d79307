import { mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startGateway, type TestGateway } from './support/gateway.ts';
import { addToConfig } from './support/model.ts';
import { connectParams, type Frame, RawClient } from './support/raw-client.ts';
import { type HttpAnswer, RawHttp, requestBytes } from './support/raw-http.ts';
import { listenTcp } from './support/tcp-server.ts';
import { afterTest, forAllTests, newWorld, type World } from './support/world.ts';

const CANVAS = '/__zero__/canvas';
/** Stands in files that are never served. */
const CANARY = 'canary-of-what-is-not-served';
/** What a browser says when somebody goes to a page. */
const NAVIGATION = { 'Sec-Fetch-Site': 'none', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' };
/** With it, nobody is taken to be on this machine. */
const PROXY = { 'X-Forwarded-For': '192.0.2.7' };

let world: World;
let gateway: TestGateway;
let root: string;
let beside: number;
beforeAll(async () => {
  await forAllTests(async () => {
    world = await newWorld();
    gateway = await startGateway(world);
    root = world.at('zero-main/canvas');
    beside = gateway.port + 4;
    await mkdir(`${root}/sub/.hidden`, { recursive: true });
    for (const name of ['.secret', 'sub/.hidden/x']) await writeFile(`${root}/${name}`, CANARY);
    for (const name of ['outside.txt', 'zero-main/outside.txt']) await writeFile(world.at(name), CANARY);
    await writeFile(`${root}/sub/index.html`, '<h1>sub</h1>');
    await writeFile(`${root}/a b.txt`, '0123456789');
    await writeFile(`${root}/big.bin`, Buffer.alloc(3_000_000, 7));
    await symlink('../../outside.txt', `${root}/up.txt`);
    await symlink('/etc', `${root}/etc`);
    await symlink('..', `${root}/parent`);
    await symlink('a b.txt', `${root}/inside.txt`);
  });
});

/** Asks on a socket of its own, with the path as it is. */
async function ask(port: number, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<HttpAnswer> {
  const socket = await RawHttp.open(port);
  try {
    socket.write(requestBytes(method, path, { headers: { Host: `127.0.0.1:${port}`, Connection: 'close', ...headers } }));
    const answer = await socket.answer({ toHead: method === 'HEAD' });
    if (!answer) throw new Error(`no answer to ${path}`);
    return answer;
  } finally {
    socket.end();
  }
}

describe('the canvas', () => {
  it('is there from the start, for its owner alone on the disk, with a page in it that is loaded again by itself', async () => {
    const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
    expect([await mode(root), await mode(`${root}/index.html`)]).toEqual(['700', '600']);
    const page = await ask(beside, `${CANVAS}/`);
    expect(page).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' },
    });
    expect(page.body).toContain('<h1>Canvas</h1>');
    expect(page.body).toMatch(/WebSocket\(.*"\/__zero\/ws"[\s\S]*<\/script>\s*<\/body>/);
    expect(await readFile(`${root}/index.html`, 'utf8')).not.toContain('<script');
    // Programs are given the same on the gateway's own port.
    expect((await ask(gateway.port, `${CANVAS}/`)).body).toBe(page.body);
    expect((await gateway.client()).hello.payload).toMatchObject({ canvasHostUrl: `http://127.0.0.1:${beside}` });
  });

  it('is served with types, versions and parts, as a file server does', async () => {
    const whole = await ask(beside, `${CANVAS}/a%20b.txt`);
    expect(whole).toMatchObject({ status: 200, body: '0123456789', headers: { 'content-type': 'text/plain; charset=utf-8' } });
    const { etag = '', 'last-modified': modified = '' } = whole.headers;
    const withHeaders = async (headers: Record<string, string>) => ask(beside, `${CANVAS}/a%20b.txt`, headers);
    for (const headers of [{ 'If-None-Match': etag }, { 'If-None-Match': `"x", W/${etag}` }, { 'If-Modified-Since': modified }])
      expect(await withHeaders(headers)).toMatchObject({ status: 304, body: '', headers: { etag } });
    expect((await withHeaders({ 'If-None-Match': '"x"' })).status).toBe(200);
    expect(await withHeaders({ Range: 'bytes=2-4' })).toMatchObject({
      status: 206,
      body: '234',
      headers: { 'content-range': 'bytes 2-4/10' },
    });
    expect(await withHeaders({ Range: 'bytes=-3', 'If-Range': etag })).toMatchObject({ status: 206, body: '789' });
    expect(await withHeaders({ Range: 'bytes=2-4', 'If-Range': '"x"' })).toMatchObject({ status: 200, body: '0123456789' });
    expect(await withHeaders({ Range: 'bytes=10-' })).toMatchObject({ status: 416, headers: { 'content-range': 'bytes */10' } });
    expect(await ask(beside, `${CANVAS}/a%20b.txt`, {}, 'HEAD')).toMatchObject({
      status: 200,
      headers: { 'content-length': '10', etag },
    });
    expect(await ask(beside, `${CANVAS}/a%20b.txt`, {}, 'POST')).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
    const big = await fetch(`http://127.0.0.1:${beside}${CANVAS}/big.bin`, { headers: { Range: 'bytes=100-2000099' } });
    expect([big.status, (await big.arrayBuffer()).byteLength]).toEqual([206, 2_000_000]);
    // Who reads a little and leaves holds nothing up.
    const leaving = await RawHttp.open(beside);
    leaving.write(requestBytes('GET', `${CANVAS}/big.bin`));
    leaving.end();

    expect(await ask(beside, `${CANVAS}/sub`)).toMatchObject({ status: 302, headers: { location: `${CANVAS}/sub/` } });
    expect(await ask(beside, CANVAS)).toMatchObject({ status: 302, headers: { location: `${CANVAS}/` } });
    expect((await ask(beside, `${CANVAS}/sub/?x=1`)).body).toContain('<h1>sub</h1>');
    expect((await ask(beside, `${CANVAS}/nothing.txt`)).status).toBe(404);
    expect((await ask(beside, `${CANVAS}/inside.txt`)).body).toBe('0123456789');
    // On its port there is nothing else.
    for (const path of ['/', '/healthz', '/v1/models', '/__zero__/canvasx']) expect((await ask(beside, path)).status).toBe(404);
  });

  it('has no way out, whatever the path is', async () => {
    const ways = [
      '..',
      '../..',
      '%2e%2e',
      '%2E%2e',
      '.%2e',
      '%252e%252e',
      '..%2f..',
      '..%5c..',
      '..\\..',
      '%2e%2e%2f%2e%2e',
      '....//....',
      '%c0%ae%c0%ae',
      '..;',
      'sub/..%2f..',
      'sub/../..',
    ];
    const paths = [
      ...ways.flatMap((way) => [`${way}/outside.txt`, `${way}/zero-main/outside.txt`, `${way}/.zero-main/zero.json`]),
      ...[
        '.secret',
        '%2esecret',
        'sub/.hidden/x',
        'sub/%2ehidden/x',
        'up.txt',
        'parent/outside.txt',
        'etc/passwd',
        'sub/../.secret',
      ],
      ...[
        '/etc/passwd',
        '%2fetc%2fpasswd',
        `${world.home}/outside.txt`,
        'a b.txt%00',
        'index.html%00.txt',
        'C:%5cWindows%5cwin.ini',
        'index.html::$DATA',
      ],
      ...['file:///etc/passwd', '%', '%zz', '?/../outside.txt', '#/../outside.txt'],
    ];
    const token = gateway.token;
    for (const port of [gateway.port, beside])
      for (const path of paths) {
        const { status, body } = await ask(port, encodeURI(`${CANVAS}/${path}`).replaceAll('%25', '%'));
        const isSafe =
          status >= 400 || /^(\?|#)/.test(path) ? !/root:|canary|\[fonts\]/.test(body) && !body.includes(token) : false;
        expect([port, path, status, isSafe]).toEqual([port, path, status, true]);
      }
    // Forms that a client of HTTP would not send at all.
    for (const target of [
      `http://127.0.0.1${CANVAS}/../../../outside.txt`,
      `${CANVAS}/\\..\\..\\outside.txt`,
      `//${CANVAS}/../../outside.txt`,
      '*',
    ]) {
      const { status, body } = await ask(gateway.port, target);
      expect([target, status >= 400, body.includes(CANARY)]).toEqual([target, true, false]);
    }
  });
});

describe('the canvas is shown', () => {
  it('to this machine, and from elsewhere with the secret; to no page of another origin', async () => {
    for (const port of [gateway.port, beside]) {
      const path = `${CANVAS}/a%20b.txt`;
      const status = async (headers: Record<string, string>) => (await ask(port, path, headers)).status;
      expect(await status(PROXY)).toBe(401);
      expect(await status({ ...PROXY, Authorization: `Bearer ${gateway.token}` })).toBe(200);
      expect(await status({ Host: 'evil.example' })).toBe(403);
      expect(await status({ Origin: 'http://127.0.0.1:1' })).toBe(403);
      expect(await status({ Origin: 'null' })).toBe(403);
      for (const site of ['cross-site', 'same-site'])
        for (const dest of ['image', 'script', 'iframe', 'empty'])
          expect(await status({ 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': dest })).toBe(403);
      const { headers } = await ask(port, path);
      expect(headers).toMatchObject({ 'cross-origin-resource-policy': 'same-origin', 'x-content-type-options': 'nosniff' });
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  it('to a browser on the gateway’s port below a key and without an origin, as the control UI lies on the same', async () => {
    const { status, headers } = await ask(gateway.port, `${CANVAS}/sub/?a=1`, NAVIGATION);
    expect([status, headers.location]).toEqual([
      302,
      expect.stringMatching(/^\/__zero__\/cap\/[\w-]{24}\/__zero__\/canvas\/sub\/\?a=1$/),
    ]);
    const keyed = String(headers.location);
    const page = await ask(gateway.port, keyed, NAVIGATION);
    expect(page).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': '*' } });
    expect(page.headers['content-security-policy']).toMatch(/^sandbox (?!.*allow-same-origin)/);
    // What such a page loads seems to come from elsewhere; the address holds the key.
    const file = keyed.replace(/sub\/.*/, 'a%20b.txt');
    expect((await ask(gateway.port, file, { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' })).body).toBe('0123456789');
    // It opens nothing else, and nothing to who is not on this machine; one that is none leads back to the way in.
    expect((await ask(gateway.port, file, PROXY)).status).toBe(401);
    const key = keyed.split('/')[3] ?? '';
    for (const path of ['/v1/models', '/', '/control-ui/app.js', '/__zero__/cap/x', `${CANVAS}/.secret`])
      expect((await ask(gateway.port, `/__zero__/cap/${key}${path}`, { Authorization: `Bearer ${gateway.token}` })).status).toBe(
        404,
      );
    expect((await ask(gateway.port, file.replace(key, 'x'.repeat(24)))).status).toBe(401);
    expect(await ask(gateway.port, file.replace(key, 'x'.repeat(24)), NAVIGATION)).toMatchObject({
      status: 302,
      headers: { location: `${CANVAS}/a%20b.txt` },
    });
    // On its own port it is of an origin of its own, and needs nothing of this.
    expect((await ask(beside, `${CANVAS}/sub/`, NAVIGATION)).headers['content-security-policy']).toBe("frame-ancestors 'self'");
  });

  it('to a client from elsewhere by an address that is good for as long as it is connected', async () => {
    const client = await RawClient.open(gateway.url, { headers: PROXY });
    afterTest(async () => client.terminate());
    const { payload } = await client.request('hello', 'connect', connectParams(gateway.token));
    const { canvasHostUrl } = payload as { canvasHostUrl: string };
    expect(canvasHostUrl).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${beside}/__zero__/cap/[\\w-]{24}$`));
    const keyed = new URL(canvasHostUrl).pathname;
    const status = async (path: string) => (await ask(beside, `${keyed}${path}`, PROXY)).status;
    expect(await status(`${CANVAS}/`)).toBe(200);
    expect(await status('/__zero__/a2ui/')).toBe(200);
    expect(await status('/__zero__/a2ui/app.js')).toBe(200);
    expect(await status('/healthz')).toBe(404);
    client.close();
    await client.closed;
    await expect.poll(() => status(`${CANVAS}/`)).toBe(401);
  });

  it('A2UI has a page of its own, which runs nothing but what is ours', async () => {
    for (const port of [gateway.port, beside]) {
      const page = await ask(port, '/__zero__/a2ui/');
      expect(page).toMatchObject({ status: 200 });
      expect(page.body).toContain('data-a2ui="zeroA2UI"');
      expect(page.headers['content-security-policy']).toContain("default-src 'none'");
      expect(page.headers['content-security-policy']).not.toContain('unsafe');
      expect(await ask(port, '/__zero__/a2ui')).toMatchObject({ status: 302, headers: { location: '/__zero__/a2ui/' } });
      expect((await ask(port, '/__zero__/a2ui/app.js')).headers['content-type']).toBe('text/javascript; charset=utf-8');
      expect(await ask(port, '/__zero__/a2ui/', { 'If-None-Match': page.headers.etag ?? '' })).toMatchObject({ status: 304 });
      expect((await ask(port, '/__zero__/a2ui/', PROXY)).status).toBe(401);
      for (const name of ['toString', '__proto__', '../control-ui/app.js', 'nothing.js'])
        expect((await ask(port, `/__zero__/a2ui/${name}`)).status).toBe(404);
    }
  });
});

/** A page that waits to be told; what it is told, or the status that it is refused with. */
function listen(port: number, path = '/__zero/ws', headers: Record<string, string> = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
  afterTest(async () => socket.terminate());
  const told: string[] = [];
  socket.on('message', (data) => told.push(String(data)));
  const opened = new Promise<number>((resolve) => {
    socket.once('open', () => resolve(101));
    socket.once('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => undefined);
  });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return { socket, told, opened, closed };
}

describe('open pages', () => {
  it('are told of changes, on both ports, and pages of elsewhere are not', async () => {
    const keyed = String((await ask(gateway.port, `${CANVAS}/`, NAVIGATION)).headers.location).replace(
      /\/__zero__\/canvas.*/,
      '',
    );
    const pages = [
      listen(beside, '/__zero/ws', { Origin: `http://127.0.0.1:${beside}` }),
      listen(gateway.port),
      listen(gateway.port, `${keyed}/__zero/ws`, { Origin: 'null' }),
    ];
    for (const { opened } of pages) expect(await opened).toBe(101);
    for (const [headers, path] of [
      [{ Origin: 'http://evil.example' }, '/__zero/ws'],
      [{ Origin: 'null' }, '/__zero/ws'],
      [{ Host: 'evil.example' }, '/__zero/ws'],
      [PROXY, '/__zero/ws'],
      [{ Origin: 'null' }, `/__zero__/cap/${'x'.repeat(24)}/__zero/ws`],
    ] as const)
      for (const port of [gateway.port, beside]) expect(await listen(port, path, { ...headers }).opened).toBe(403);
    expect(await listen(beside, '/').opened).toBe(404);

    await mkdir(`${root}/new`);
    await expect
      .poll(
        async () => {
          await writeFile(`${root}/new/page.html`, String(Math.random()));
          return pages.map(({ told }) => told[0]);
        },
        { timeout: 30_000, interval: 250 },
      )
      .toEqual(['reload', 'reload', 'reload']);
    // What a page says is nothing to anybody.
    pages[0]?.socket.send('x'.repeat(5_000));
    await pages[0]?.closed;
    expect((await ask(beside, `${CANVAS}/new/page.html`)).status).toBe(200);
  });
});

it('the canvas follows the config, while the gateway stays', async () => {
  const other = await startGateway(world, 'other');
  const { client } = await other.client();
  const page = listen(other.port + 4);
  expect(await page.opened).toBe(101);
  const status = async () => ({
    here: (await ask(other.port, `${CANVAS}/`)).status,
    beside: await ask(other.port + 4, `${CANVAS}/`).then(
      (answer) => answer.status,
      () => 'closed',
    ),
  });
  expect(await status()).toEqual({ here: 200, beside: 200 });

  await addToConfig(world, 'other', { canvasHost: { enabled: false } });
  await expect.poll(status, { timeout: 30_000 }).toEqual({ here: 404, beside: 'closed' });
  await page.closed;
  await client.closed;
  const { hello } = await other.client();
  expect(hello.payload).not.toHaveProperty('canvasHostUrl');
  expect(await listen(other.port).opened).toBe(404);

  await mkdir(world.at('shown'));
  await writeFile(world.at('shown/index.html'), 'shown here');
  await addToConfig(world, 'other', { canvasHost: { root: '~/shown', liveReload: false, port: other.port + 6 } });
  await expect.poll(status, { timeout: 30_000 }).toEqual({ here: 200, beside: 'closed' });
  expect((await ask(other.port + 6, `${CANVAS}/`)).body).toMatch(/^shown here<script>(?![\s\S]*WebSocket)/);
  expect(await listen(other.port + 6).opened).toBe(404);
});

it('a gateway whose canvas is skipped, or whose canvas port is taken, is one all the same', async () => {
  world.env.ZERO_SKIP_CANVAS_HOST = '1';
  const skipped = await startGateway(world, 'skipped');
  delete world.env.ZERO_SKIP_CANVAS_HOST;
  expect((await ask(skipped.port, `${CANVAS}/`)).status).toBe(404);
  await expect(ask(skipped.port + 4, `${CANVAS}/`)).rejects.toThrow('ECONNREFUSED');
  expect(((await skipped.client()).hello as Frame).payload).not.toHaveProperty('canvasHostUrl');

  await world.zero('--profile', 'taken', 'setup');
  const { port } = JSON.parse(await readFile(world.at('.zero-taken/zero.json'), 'utf8')).gateway as { port: number };
  await listenTcp(port + 4, (socket) => socket.end());
  await rm(world.at('zero-taken/canvas'), { recursive: true, force: true });
  await writeFile(world.at('zero-taken/canvas'), 'no directory');
  const taken = await startGateway(world, 'taken');
  const { hello } = await taken.client();
  expect(hello.payload).toMatchObject({ canvasHostUrl: `http://127.0.0.1:${port}` });
  expect((await ask(port, `${CANVAS}/`)).status).toBe(404);
});
