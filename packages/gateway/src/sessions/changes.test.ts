import { expect, it, vi } from 'vitest';
import { refusalOf } from '../testing.ts';
import { WireError } from '../wire-error.ts';
import { type Change, Changes } from './changes.ts';
import type { SessionIndex } from './index-file.ts';

function newChanges() {
  const disk = new Map<string, SessionIndex>();
  const write = vi.fn(async (agentId: string, index: SessionIndex) => void disk.set(agentId, index));
  const changes = new Changes({ read: async (agentId) => disk.get(agentId) ?? {}, write });
  return { disk, write, changes };
}

const adds =
  (key: string): Change<string> =>
  (index) => ({ index: { ...index, [key]: { updatedAt: Object.keys(index).length } }, result: key });
const refuses: Change<never> = () => {
  throw new WireError('INVALID_REQUEST', 'no');
};

it('writes together what came while it wrote, in the order in which it came', async () => {
  const { disk, write, changes } = newChanges();
  const keys = Array.from({ length: 100 }, (_, i) => `k${i}`);
  const made = await Promise.all(keys.map((key) => changes.make('main', adds(key))));
  expect(made).toEqual(keys);
  expect(Object.entries(disk.get('main') ?? {}).map(([key, { updatedAt }]) => [key, updatedAt])).toEqual(
    keys.map((key, i) => [key, i]),
  );
  expect(write).toHaveBeenCalledTimes(2);
});

it('refuses one without the others, and writes nothing where nothing changed', async () => {
  const { disk, write, changes } = newChanges();
  const all = [changes.make('main', adds('a')), changes.make('main', refuses), changes.make('main', adds('b'))];
  expect(await Promise.allSettled(all)).toMatchObject([{ value: 'a' }, { status: 'rejected' }, { value: 'b' }]);
  expect(Object.keys(disk.get('main') ?? {})).toEqual(['a', 'b']);
  write.mockClear();
  expect(await changes.make('main', (index) => ({ index, result: 'as it is' }))).toBe('as it is');
  expect(write).not.toHaveBeenCalled();
});

it('tells all whose write failed, and goes on with the next', async () => {
  const { write, changes } = newChanges();
  write.mockRejectedValueOnce(new Error('disk full'));
  const first = changes.make('main', adds('a'));
  const next = changes.make('main', adds('b'));
  await expect(first).rejects.toThrow('disk full');
  await expect(next).resolves.toBe('b');
});

it('has a thousand wait at most, and no agent waits for another', async () => {
  const { write, changes } = newChanges();
  let goOn = () => {};
  write.mockImplementationOnce(() => new Promise((resolve) => (goOn = () => resolve(undefined))));
  const waiting = Array.from({ length: 999 }, (_, i) => changes.make('main', adds(`k${i}`)));
  expect(await changes.make('other', adds('x'))).toBe('x');
  waiting.push(changes.make('main', adds('last')));
  const refused = { code: 'UNAVAILABLE', message: 'too many changes of sessions wait (1000)', retryable: true };
  expect(await refusalOf(changes.make('other', adds('y')))).toEqual(refused);
  goOn();
  expect(await Promise.all(waiting)).toHaveLength(1_000);
  expect(await changes.make('other', adds('y'))).toBe('y');
});
