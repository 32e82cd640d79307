import { expect, it } from 'vitest';
import { stateOf } from '../testing.ts';
import { findRoute, type Route } from './route.ts';

const route = (path: Route['path'], below?: true): Route => ({
  path,
  ...(below ? { below } : {}),
  methods: ['GET'],
  who: 'page',
  handle: () => undefined,
});

it('finds the first route of a path, and what lies below it as it was sent', async () => {
  const state = await stateOf();
  const table = [route('/a/b'), route(() => undefined, true), route(() => '/a/', true), route('/', true)];
  const at = (path: string) => {
    const found = findRoute(table, path, state);
    return found && [table.indexOf(found.route), found.at, found.rest];
  };
  expect(at('/a/b')).toEqual([0, '/a/b', '']);
  expect(at('/a/b/')).toEqual([2, '/a/', '/b/']);
  expect(at('/a/../x')).toEqual([2, '/a/', '/../x']);
  expect(at('/ab')).toEqual([3, '/', '/ab']);
  expect(at('/')).toEqual([3, '/', '']);
  expect(at('*')).toBeUndefined();
  expect(at('http://x/')).toBeUndefined();
});
