import { FakeClock } from '@polygate/testkit';
import { expect, it } from 'vitest';
import { memoryConfig } from '../testing.ts';
import { LiveConfig } from './live-config.ts';

const config = (gateway: Record<string, unknown> = {}, more: Record<string, unknown> = {}) =>
  JSON.stringify({ gateway: { mode: 'local', port: 18_789, auth: { token: 'a' }, ...gateway }, ...more });

async function live(text: string | undefined = config()) {
  const store = memoryConfig(text);
  const said: string[] = [];
  const log = {
    debug: () => {},
    info: (m: string) => said.push(m),
    warn: (m: string) => said.push(m),
    error: (m: string) => said.push(m),
  };
  const clock = new FakeClock();
  const running = await LiveConfig.open(store, log, clock.now);
  const did: string[] = [];
  running.effects = {
    changed: () => {},
    takeOver: () => did.push('taken over'),
    restart: (reason) => did.push(`restart: ${reason}`),
  };
  const edit = async (next: string | undefined) => {
    store.text = next;
    did.length = 0;
    await running.look();
    return [...did];
  };
  return { store, running, said, edit, clock };
}

it('takes over at once what it can, and restarts for the rest', async () => {
  const { edit, running, store } = await live();
  expect(await edit(config({}, { logging: { level: 'debug' } }))).toEqual(['taken over']);
  expect(store.good).toHaveLength(1);
  expect(await edit(config({ auth: { token: 'b' } }, { logging: { level: 'debug' } }))).toEqual([
    'restart: gateway.auth.token changed',
  ]);
  expect(store.good).toHaveLength(1);
  running.restarted(running.applied);
  expect(store.good).toHaveLength(2);
  expect(running.state).toMatchObject({ valid: true, pending: [] });
});

it('goes on with the last good one when the file is broken or gone, names it once, and is well again after', async () => {
  const { edit, running, said, store } = await live();
  const { hash } = running.state;
  for (const broken of ['{', '{', undefined, config({ port: 'x' })]) {
    expect(await edit(broken)).toEqual([]);
    expect(running.state).toMatchObject({ valid: false, hash });
    expect(running.state.issues.length).toBeGreaterThan(0);
  }
  expect(said.filter((line) => line.includes('is refused'))).toHaveLength(3);
  expect(said[0]).toContain(`last good config (${hash.slice(0, 12)})`);
  expect(await edit(config())).toEqual(['taken over']);
  expect(running.state).toMatchObject({ valid: true, issues: [], hash });
  expect(store.good).not.toContain('{');
});

it.each([
  ['off', []],
  ['hot', ['taken over']],
  ['restart', ['restart: logging.level, gateway.auth.token changed']],
  ['hybrid', ['restart: gateway.auth.token changed']],
])('in mode %s', async (mode, does) => {
  const { edit, running } = await live(config({ reload: { mode } }));
  const next = config({ reload: { mode }, auth: { token: 'b' } }, { logging: { level: 'debug' } });
  expect(await edit(next)).toEqual(does);
  if (mode === 'off') expect(running.state.pending.sort()).toEqual(['gateway.auth.token', 'logging.level']);
  if (mode === 'hot') expect(running.state.pending).toEqual(['gateway.auth.token']);
});

it('says what waits for a new process, as long as it does', async () => {
  const { edit, running, said, store } = await live();
  expect(await edit(config({ port: 19_789 }))).toEqual(['taken over']);
  expect(running.state.pending).toEqual(['gateway.port']);
  expect(said.join()).toContain('only a new process takes over gateway.port');
  expect(store.good).toEqual([]);
  expect(await edit(config({ port: 19_789, auth: { token: 'b' } }))).toEqual(['restart: gateway.auth.token changed']);
  running.restarted(running.applied);
  expect(running.state.pending).toEqual(['gateway.port']);
  await edit(config({ auth: { token: 'b' } }));
  expect(running.state.pending).toEqual([]);
});

it('an edit that comes while it restarts is for the next restart', async () => {
  const { edit, running } = await live();
  await edit(config({ auth: { token: 'b' } }));
  const { applied } = running;
  expect(await edit(config({ auth: { token: 'c' } }))).toEqual(['restart: gateway.auth.token changed']);
  running.restarted(applied);
  expect(running.state.pending).toEqual(['gateway.auth.token']);
  running.restarted(running.applied);
  expect(running.state.pending).toEqual([]);
});

it('a restart that failed leaves it with what it was started with, and says why', async () => {
  const { edit, running } = await live();
  const { hash } = running.state;
  await edit(config({ auth: { token: 'b' } }));
  running.failed('no');
  expect(running.state).toMatchObject({ valid: false, hash, issues: [{ message: 'no' }] });
});

it('a signal restarts only where the config allows it, or for a while after config.apply', async () => {
  const { edit, running, clock } = await live();
  expect(running.mayRestart).toBe(false);
  running.permitRestart(1_000);
  expect(running.mayRestart).toBe(true);
  clock.ms += 6_000;
  expect(running.mayRestart).toBe(false);
  await edit(config({}, { commands: { restart: true } }));
  expect(running.mayRestart).toBe(true);
});
