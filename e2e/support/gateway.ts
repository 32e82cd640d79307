import { readFile } from 'node:fs/promises';
import type { Running } from '@polygate/testkit';
import { connectParams, type Frame, RawClient } from './raw-client.ts';
import { afterTest, type World } from './world.ts';

/** A reference gateway that runs in a world, set up and listening. */
export interface TestGateway {
  running: Running;
  url: string;
  httpUrl: string;
  port: number;
  token: string;
  configPath: string;
  stateDir: string;
  /** A client that has said hello. */
  client(changes?: Record<string, unknown>): Promise<{ client: RawClient; hello: Frame }>;
  /** A socket that has said nothing yet. */
  socket(): Promise<RawClient>;
}

export async function startGateway(world: World, profile = 'main', ...args: string[]): Promise<TestGateway> {
  const setup = (await world.zero('--profile', profile, 'setup', '--json')).json<{
    instance: { configPath: string; stateDir: string; ports: { gateway: number } };
  }>();
  const { configPath, stateDir, ports } = setup.instance;
  const { gateway } = JSON.parse(await readFile(configPath, 'utf8')) as { gateway: { auth: { token: string } } };
  const running = world.start('--profile', profile, 'gateway', ...args);
  await running.readUntil(/listening on ws:\/\//);
  const url = `ws://127.0.0.1:${ports.gateway}`;
  const { token } = gateway.auth;
  const socket = async () => {
    const client = await RawClient.open(url);
    afterTest(async () => client.terminate());
    return client;
  };
  return {
    running,
    url,
    httpUrl: `http://127.0.0.1:${ports.gateway}`,
    port: ports.gateway,
    token,
    configPath,
    stateDir,
    socket,
    async client(changes) {
      const client = await socket();
      const hello = await client.request('hello', 'connect', connectParams(token, changes));
      if (!hello.ok) throw new Error(`hello was refused: ${JSON.stringify(hello)}`);
      return { client, hello };
    },
  };
}
