import { fixturePath, startCommand } from '@polygate/testkit';
import { afterTest, type World } from './world.ts';

/** What a bot sent. */
export interface Sent {
  method: string;
  chat_id: string;
  text?: string;
}

/** A server that speaks Telegram's Bot API (fixtures/servers/bot-api.mjs). */
export interface BotApi {
  root: string;
  say(message: { from: number; text: string; username?: string; chat?: number; type?: string }): Promise<void>;
  fail(failure: { method: string; status: number; times: number; retryAfter?: number }): Promise<void>;
  sent(): Promise<Sent[]>;
  /** Waits until it was sent so much. */
  until(count: number): Promise<Sent[]>;
}

export async function startBotApi(world: World, token: string): Promise<BotApi> {
  const argv = [process.execPath, fixturePath('servers', 'bot-api.mjs'), '--token', token];
  const running = startCommand(argv, { env: world.env, cwd: world.home });
  afterTest(() => running.stop());
  const [, port] = await running.readUntil(/listening on (\d+)/);
  const root = `http://127.0.0.1:${port}`;
  const post = async (path: string, body: object) => {
    await fetch(`${root}/${path}`, { method: 'POST', body: JSON.stringify(body) });
  };
  const sent = async () => (await (await fetch(`${root}/sent`)).json()) as Sent[];
  return {
    root,
    sent,
    say: (message) => post('say', message),
    fail: (failure) => post('fail', failure),
    async until(count) {
      for (const end = Date.now() + 20_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
        const all = await sent();
        if (all.length >= count) return all;
        if (Date.now() > end) throw new Error(`sent ${all.length} of ${count}: ${JSON.stringify(all)}`);
      }
    },
  };
}
