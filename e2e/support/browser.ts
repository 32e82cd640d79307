import { chmod, readFile, writeFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fixturePath } from '@polygate/testkit';
import { startGateway, type TestGateway } from './gateway.ts';
import { addToConfig } from './model.ts';
import { afterTest, type World } from './world.ts';

export interface Answer {
  status: number;
  body: Record<string, unknown> & { pid?: number | null; error?: string };
}

export interface BrowserGateway extends TestGateway {
  /** Asks the browser control server, with the token unless headers say otherwise. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  controlPort: number;
}

/** A gateway of the profile main with this `browser` section in its config. */
export async function gatewayWithBrowser(world: World, browser: Record<string, unknown>): Promise<BrowserGateway> {
  await world.zero('--profile', 'main', 'setup', '--port', String(world.firstPort), '--json');
  await addToConfig(world, 'main', { browser });
  return withControl(await startGateway(world, 'main', '--verbose'));
}

/** The control of a gateway that was started with --verbose. */
export async function withControl(gateway: TestGateway): Promise<BrowserGateway> {
  const controlPort = gateway.port + 2;
  await gateway.running.readUntil(/browser control on|browsers are not controlled/);
  return {
    ...gateway,
    controlPort,
    ask: (method, path, body, headers = { authorization: `Bearer ${gateway.token}` }) =>
      send(controlPort, method, path, body, headers),
  };
}

function send(port: number, method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Answer> {
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const type = text === undefined ? {} : { 'content-type': 'application/json' };
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers: { ...type, ...headers } }, (response) => {
      let said = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        said += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(said) as Answer['body'] }));
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

/** A program that is the double of Chromium (fixtures/programs/browser-double.mjs), with these knobs. */
export async function doubleOfBrowser(world: World, ...knobs: string[]): Promise<string> {
  const file = world.at(`browser${knobs.join('')}.sh`);
  const argv = [process.execPath, fixturePath('programs', 'browser-double.mjs'), ...knobs];
  await writeFile(file, `#!/bin/sh\nexec ${argv.map((word) => `'${word}'`).join(' ')} "$@"\n`);
  await chmod(file, 0o755);
  return file;
}

/** A page of a server of its own: a title, and a body of a known height. */
export async function startPage(): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(
      '<!doctype html><title>Fixture</title><body style="margin:0;background:#0a0"><div style="height:2000px">hello</div>',
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterTest(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Width and height of a PNG. */
export async function sizeOfPng(file: string): Promise<[number, number]> {
  const bytes = await readFile(file);
  if (bytes.subarray(0, 8).toString('latin1') !== '\x89PNG\r\n\x1a\n') throw new Error(`${file} is no PNG`);
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
