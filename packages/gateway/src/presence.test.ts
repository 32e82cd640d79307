import { FakeClock } from '@polygate/testkit';
import { expect, it } from 'vitest';
import { Presence } from './presence.ts';

const entry = (host: string) => ({ host, text: host });

function newPresence() {
  const clock = new FakeClock();
  return { clock, presence: new Presence(clock.now, entry('gateway')) };
}

it('keeps one entry for a client that comes again, and counts a version for each change', () => {
  const { presence } = newPresence();
  const before = presence.version;
  presence.put('a', { ...entry('cli'), reason: 'connect' });
  presence.put('a', { ...entry('cli'), reason: 'disconnect' });
  expect(presence.list().map((e) => [e.host, e.reason])).toEqual([
    ['cli', 'disconnect'],
    ['gateway', undefined],
  ]);
  expect(presence.version).toBe(before + 2);
});

it('keeps of a renewed entry what is not said again', () => {
  const { presence } = newPresence();
  presence.put('a', { ...entry('cli'), version: '1' });
  presence.put('a', { text: 'a note' });
  expect(presence.list()[0]).toMatchObject({ host: 'cli', version: '1', text: 'a note' });
});

it('lets entries go after five minutes of silence, but never its own', () => {
  const { clock, presence } = newPresence();
  presence.put('old', entry('old'));
  clock.ms += 200_000;
  presence.put('young', entry('young'));
  clock.ms += 100_001;
  expect(presence.list().map((e) => e.host)).toEqual(['young', 'gateway']);
});

it('holds 200 entries at most, the newest', () => {
  const { presence } = newPresence();
  for (let i = 0; i < 250; i += 1) presence.put(String(i), entry(String(i)));
  const hosts = presence.list().map((e) => e.host);
  expect(hosts).toHaveLength(201);
  expect([hosts[0], hosts[199], hosts[200]]).toEqual(['249', '50', 'gateway']);
});

it('keeps a client that is connected however silent it is, and says that its end is one when the last of its kind goes', () => {
  const { clock, presence } = newPresence();
  presence.arrive('a', entry('cli'));
  presence.arrive('a', entry('cli'));
  clock.ms += 300_001;
  expect(presence.expire()).toBe(false);
  expect(presence.leave('a', entry('cli'))).toBe(false);
  expect(presence.list()[0]).toMatchObject({ host: 'cli', reason: 'connect' });
  expect(presence.leave('a', entry('cli'))).toBe(true);
  expect(presence.list()[0]).toMatchObject({ host: 'cli', reason: 'disconnect' });
});

it('counts a version when somebody ages out, once', () => {
  const { clock, presence } = newPresence();
  presence.put('old', entry('old'));
  const before = presence.version;
  expect(presence.expire()).toBe(false);
  clock.ms += 300_001;
  expect([presence.expire(), presence.expire(), presence.version]).toEqual([true, false, before + 1]);
});

it('makes room by those who are gone first', () => {
  const { presence } = newPresence();
  for (let i = 0; i < 150; i += 1) presence.arrive(`here ${i}`, entry(`here ${i}`));
  for (let i = 0; i < 150; i += 1) presence.put(`note ${i}`, entry(`note ${i}`));
  const hosts = presence.list().map((e) => e.host as string);
  expect(hosts.filter((host) => host.startsWith('here'))).toHaveLength(150);
  expect(hosts).toHaveLength(201);
});

it('tells of a note although all who are here are connected and there is no room', () => {
  const { presence } = newPresence();
  for (let i = 0; i < 200; i += 1) presence.arrive(`here ${i}`, entry(`here ${i}`));
  presence.put('note', entry('note'));
  const hosts = presence.list().map((e) => e.host);
  expect([hosts[0], hosts[1], hosts[199], hosts.length]).toEqual(['note', 'here 199', 'here 1', 201]);
});
