import { readFile, writeFile } from 'node:fs/promises';
import { fixturePath, startCommand } from '@polygate/testkit';
import { afterTest, type World } from './world.ts';

/** What the endpoint was asked. */
export interface Asked {
  authorization?: string;
  body: { model: string; messages: { role: string; content: string | null }[] };
}

/** A local endpoint that speaks OpenAI's chat completions (fixtures/servers/model.mjs). */
export interface TestModel {
  baseUrl: string;
  asked(): Promise<Asked[]>;
}

export async function startModel(world: World, ...args: string[]): Promise<TestModel> {
  const argv = [process.execPath, fixturePath('servers', 'model.mjs'), ...args];
  const running = startCommand(argv, { env: world.env, cwd: world.home });
  afterTest(() => running.stop());
  const [, port] = await running.readUntil(/listening on (\d+)/);
  const url = `http://127.0.0.1:${port}`;
  return {
    baseUrl: `${url}/v1`,
    async asked() {
      const lines = (await (await fetch(`${url}/asked`)).text()).trimEnd();
      return lines === '' ? [] : lines.split('\n').map((line) => JSON.parse(line) as Asked);
    },
  };
}

/** Adds to the config of a profile that was set up. */
export async function addToConfig(world: World, profile: string, more: Record<string, unknown>): Promise<void> {
  const path = world.at(`.zero-${profile}/zero.json`);
  const config = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  await writeFile(path, JSON.stringify({ ...config, ...more }), { mode: 0o600 });
}
