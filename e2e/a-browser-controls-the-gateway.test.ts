import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fixturePath, unless } from '@polygate/testkit';
import type { Browser, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { evaluate, launchChromium, whyNoChromium } from './support/chromium.ts';
import { startGateway, type TestGateway } from './support/gateway.ts';
import { addToConfig, startModel } from './support/model.ts';
import { afterTest, forAllTests, newWorld, type World } from './support/world.ts';

const story = (name: string, body: () => Promise<void>) =>
  it.skipIf(whyNoChromium !== undefined)(unless(whyNoChromium, name), body);

let world: World;
let gateway: TestGateway;
let browser: Browser;
beforeAll(async () => {
  if (whyNoChromium !== undefined) return;
  await forAllTests(async () => {
    world = await newWorld();
    const [model] = await Promise.all([startModel(world), world.zero('--profile', 'main', 'setup')]);
    await addToConfig(world, 'main', {
      models: { providers: { local: { baseUrl: model.baseUrl } } },
      agents: {
        list: [
          { id: 'main', default: true },
          { id: 'slow', model: 'local/slow' },
        ],
      },
    });
    [gateway, browser] = await Promise.all([startGateway(world), launchChromium()]);
    afterTest(() => browser.close());
  });
});

/** A page of its own, which must log no error: a policy that is broken would be told there. */
async function open(url: string, { tolerant = false } = {}): Promise<{ page: Page; said: string[] }> {
  const context = await browser.newContext();
  afterTest(() => context.close());
  const page = await context.newPage();
  const said: string[] = [];
  page.on('console', (message) => (message.type() === 'error' ? said.push(message.text()) : undefined));
  page.on('pageerror', (error) => said.push(String(error)));
  await page.goto(url);
  if (!tolerant) afterTest(async () => expect(said).toEqual([]));
  return { page, said };
}

describe('the control UI in a browser', () => {
  story('asks for the secret, keeps it for the tab alone, and shows what the gateway is and who is there', async () => {
    const { page } = await open(`${gateway.httpUrl}/`);
    await page.getByLabel('Token or password').fill('wrong');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByText('unauthorized: gateway token mismatch').waitFor();
    await page.getByLabel('Token or password').fill(gateway.token);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Status' }).waitFor();
    expect(await page.locator('#connection').textContent()).toBe('Connected');
    await page.getByText(gateway.configPath).waitFor();
    expect(page.url()).not.toContain(gateway.token);
    expect(await page.content()).not.toContain(gateway.token);

    // Landmarks and names, for those who do not see it; and all of it works by keys.
    for (const role of ['banner', 'navigation', 'main'] as const) expect(await page.getByRole(role).count()).toBe(1);
    await page.keyboard.press('Tab');
    await page.getByRole('link', { name: 'Presence' }).press('Enter');
    await page.getByRole('row', { name: /Control UI ui/ }).waitFor();
    expect(await page.getByRole('link', { name: 'Presence' }).getAttribute('aria-current')).toBe('page');
    const { client } = await gateway.client({
      client: { id: 'cli', displayName: 'another one', version: '1', platform: 'linux', mode: 'cli' },
    });
    await page.getByRole('row', { name: /another one/ }).waitFor();
    client.close();

    // The tab has it, and no other.
    await page.reload();
    await page.getByRole('heading', { name: 'Presence' }).waitFor();
    const { page: other } = await open(`${gateway.httpUrl}/`);
    await other.getByRole('heading', { name: 'Connect' }).waitFor();
    await page.getByRole('button', { name: 'Disconnect' }).click();
    await page.reload();
    await page.getByRole('heading', { name: 'Connect' }).waitFor();
  });

  story('talks with an agent, which answers as it goes, and can be stopped', async () => {
    const { page } = await open(`${gateway.httpUrl}/#token=${gateway.token}`);
    await page.getByRole('link', { name: 'Chat' }).click();
    // The secret came by the fragment, and is gone from the address and its history.
    expect(page.url()).toBe(`${gateway.httpUrl}/#chat`);
    await page.goBack();
    expect(page.url()).toBe(`${gateway.httpUrl}/#status`);
    await page.goForward();
    await page.getByLabel('Message', { exact: true }).fill('<b>hello</b> & goodbye');
    await page.keyboard.press('Control+Enter');
    const answer = page.locator('#chat-messages li.assistant');
    await answer.filter({ hasText: '<b>hello</b> & goodbye' }).waitFor();
    await expect.poll(() => answer.getAttribute('aria-busy')).toBe('false');
    // What was said is there again for who comes later.
    await page.reload();
    await expect.poll(() => page.locator('#chat-messages li').count()).toBe(2);
    await page.getByLabel('Conversation').fill('agent:slow:main');
    await page.getByRole('button', { name: 'Open' }).click();
    await expect.poll(() => page.locator('#chat-messages li').count()).toBe(0);
    // This one says a word, and then no more.
    await page.getByLabel('Message', { exact: true }).fill('take your time');
    await page.getByRole('button', { name: 'Send' }).click();
    await answer.filter({ hasText: 'well' }).waitFor();
    expect(await answer.getAttribute('aria-busy')).toBe('true');
    await page.getByRole('button', { name: 'Stop' }).click();
    await answer.filter({ hasText: /well\s+\[stopped: aborted\]/ }).waitFor();
    expect(await page.getByRole('button', { name: 'Stop' }).isDisabled()).toBe(true);
  });

  story('reads the log, and changes the config without touching its comments or its secrets', async () => {
    const { page } = await open(`${gateway.httpUrl}/#token=${gateway.token}`);
    await page.getByRole('link', { name: 'Logs' }).click();
    await page
      .getByRole('listitem')
      .filter({ hasText: /info .*listening on ws/ })
      .first()
      .waitFor();
    await page.getByLabel('Contains').fill('no line has this');
    await expect.poll(() => page.locator('#logs-lines li').count()).toBe(0);

    await page.getByRole('link', { name: 'Config' }).click();
    const text = page.getByLabel('The config as JSON');
    await expect.poll(() => text.inputValue()).toContain('"mode": "local"');
    expect(await text.inputValue()).not.toContain(gateway.token);
    const edit = async (change: (config: Record<string, Record<string, unknown>>) => void) => {
      const config = JSON.parse(await text.inputValue());
      change(config);
      await text.fill(JSON.stringify(config));
    };
    const said = page.locator('#config-said');
    await edit((config) => {
      config.logging = { level: 'debug' };
    });
    await page.getByRole('button', { name: 'Check' }).click();
    expect(await said.textContent()).toContain('logging.level');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => said.textContent()).toBe('Saved.');
    const saved = await world.zero('--profile', 'main', 'config', 'get', 'logging.level');
    expect(saved.stdout).toContain('debug');
    const { hello } = await gateway.client();
    expect(hello.ok).toBe(true);

    await edit((config) => {
      config.logging = { level: 'loud' };
    });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('listitem').filter({ hasText: 'logging.level' }).waitFor();
    await text.fill('{ "gateway": ');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => said.textContent()).toContain('This is no JSON');
    // Somebody else was quicker.
    await addToConfig(world, 'main', { logging: { level: 'warn' } });
    await text.fill('{}');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => said.textContent()).toContain('changed by somebody else');
  });
});

describe('in a browser', () => {
  story('a page of another origin can do nothing, whatever it tries', async () => {
    const html = await readFile(fixturePath('pages', 'foreign.html'));
    const elsewhere = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end(html));
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    afterTest(async () => {
      elsewhere.close();
      elsewhere.closeAllConnections();
    });
    const { port } = elsewhere.address() as AddressInfo;
    await writeFile(world.at('zero-main/canvas/data.js'), 'globalThis.leaked = true;');
    await writeFile(world.at('zero-main/canvas/dot.svg'), '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>');
    const { httpUrl, token } = gateway;
    const known = { gateway: httpUrl, canvas: `http://127.0.0.1:${gateway.port + 4}`, token };
    const { page, said } = await open(`http://127.0.0.1:${port}/#${encodeURIComponent(JSON.stringify(known))}`, {
      tolerant: true,
    });
    expect(await evaluate(page, 'tried')).toEqual(Array(14).fill('refused'));
    expect(await evaluate(page, '"leaked" in globalThis')).toBe(false);
    expect(said.length).toBeGreaterThan(0);
    // A form goes to where it is sent: what it gets there is a refusal.
    await page.setContent(
      `<form method="post" enctype="text/plain" action="${httpUrl}/v1/chat/completions"><input name='{"a":"' value='"}'></form>`,
    );
    await Promise.all([page.waitForNavigation(), evaluate(page, 'document.forms[0].submit()')]);
    expect(await page.textContent('body')).toContain('another origin');
  });

  story('a page of the canvas runs, is loaded again when it changes, and has no part in the control UI of its port', async () => {
    const file = world.at('zero-main/canvas/live.html');
    await writeFile(world.at('zero-main/canvas/module.js'), 'export const said = "a module";');
    const html = (text: string) =>
      `<!doctype html><title>${text}</title><p id="text">${text}</p><script type="module">import { said } from './module.js'; document.title += said;</script>`;
    await writeFile(file, html('first'));
    const { page } = await open(`${gateway.httpUrl}/#token=${gateway.token}`);
    await page.getByRole('heading', { name: 'Status' }).waitFor();
    const [beside] = await Promise.all([page.waitForEvent('popup'), page.getByRole('link', { name: 'Open the canvas' }).click()]);
    await beside.getByRole('heading', { name: 'Canvas' }).waitFor();
    expect(new URL(beside.url()).port).toBe(String(gateway.port + 4));
    // The same tab, which has the secret of the control UI.
    await page.goto(`${gateway.httpUrl}/__zero__/canvas/live.html`);
    await expect.poll(() => page.title()).toBe('firsta module');
    const kept = await evaluate(
      page,
      '(() => { try { return JSON.stringify(sessionStorage) } catch (e) { return String(e) } })()',
    );
    expect(kept).toContain('SecurityError');
    await expect
      .poll(
        async () => {
          await writeFile(file, html('second'));
          return page.textContent('#text').catch(() => '');
        },
        { timeout: 30_000, interval: 300 },
      )
      .toBe('second');
  });

  story('what an agent describes in A2UI is shown, and what is done there is told to the app around it', async () => {
    const { page } = await open(`http://127.0.0.1:${gateway.port + 4}/__zero__/a2ui/`);
    await evaluate(page, 'told = []; zeroCanvasA2UIAction = { postMessage: (text) => told.push(JSON.parse(text)) }; 0');
    const apply = (messages: unknown) =>
      evaluate(
        page,
        `(() => { try { return zeroA2UI.applyMessages(${JSON.stringify(messages)}) } catch (e) { return String(e) } })()`,
      );
    const literal = (literalString: string) => ({ literalString });
    const components = [
      {
        id: 'root',
        component: { Column: { children: { explicitList: ['title', 'list', 'name', 'image', 'ask', 'tabs', 'loop'] } } },
      },
      { id: 'title', component: { Text: { text: { path: '/title' }, usageHint: 'h2' } } },
      { id: 'list', component: { Row: { children: { template: { componentId: 'item', dataBinding: '/items' } } } } },
      { id: 'item', component: { Text: { text: { path: 'name' } } } },
      { id: 'name', component: { TextField: { label: literal('Your name'), text: { path: '/user/name' } } } },
      { id: 'image', component: { Image: { url: literal('javascript:alert(1)') } } },
      {
        id: 'ask',
        component: {
          Button: { child: 'ask-text', action: { name: 'ask', context: [{ key: 'who', value: { path: '/user/name' } }] } },
        },
      },
      { id: 'ask-text', component: { Text: { text: literal('<img src=x onerror=alert(1)>') } } },
      { id: 'tabs', component: { Tabs: { tabItems: [] } } },
      { id: 'loop', component: { Card: { child: 'loop' } } },
    ];
    expect(
      await apply([
        { surfaceUpdate: { surfaceId: 'main', components } },
        {
          dataModelUpdate: {
            surfaceId: 'main',
            contents: [
              { key: 'title', valueString: 'Hello' },
              {
                key: 'items',
                valueMap: [
                  { key: 'a', valueMap: [{ key: 'name', valueString: 'one' }] },
                  { key: '__proto__', valueMap: [{ key: 'name', valueString: 'two' }] },
                ],
              },
            ],
          },
        },
        { beginRendering: { surfaceId: 'main', root: 'root' } },
      ]),
    ).toEqual({ ok: true, surfaces: ['main'] });
    await page.getByRole('heading', { name: 'Hello' }).waitFor();
    expect(await page.textContent('main')).toMatch(
      /one[\s\S]*two[\s\S]*<img src=x onerror=alert\(1\)>[\s\S]*\[Tabs is not shown here\]/,
    );
    expect(await page.locator('img').getAttribute('src')).toBeNull();
    await page.getByLabel('Your name').fill('Ana');
    await page.getByRole('button').click();
    expect(await evaluate(page, 'told')).toEqual([
      {
        userAction: {
          name: 'ask',
          surfaceId: 'main',
          sourceComponentId: 'ask',
          context: { who: 'Ana' },
          id: expect.any(String),
          timestamp: expect.any(String),
        },
      },
    ]);
    expect(await page.getByRole('status').textContent()).toBe('ask: sent');
    for (const wrong of [
      { createSurface: { surfaceId: 'x' } },
      [{}],
      'no json',
      { surfaceUpdate: { surfaceId: 'main', components: [{}] } },
    ])
      expect(await apply(wrong)).toMatch(/Error/);
    await apply('{"deleteSurface":{"surfaceId":"main"}}\n');
    expect(await page.textContent('main')).toBe('');
  });
});
