import { describe, expect, it } from 'vitest';
import { isProblem } from '../errors/problem.ts';
import { dependentsOf, type Ordered, startOrder, unmet } from './order.ts';

const one = (id: string, dependsOn: Ordered['dependsOn'] = {}): Ordered => ({ id, dependsOn });

describe('the order of dependencies', () => {
  it('has those first that others depend on, else it is as given', () => {
    const all = [one('c', { a: 'healthy' }), one('b'), one('a', { d: 'started' }), one('d')];
    expect(startOrder(all)).toEqual(['d', 'a', 'c', 'b']);
  });

  it('names a circle, and one that is not known', () => {
    const failure = (all: Ordered[]) => {
      try {
        startOrder(all);
      } catch (error) {
        if (isProblem(error, 'DEPENDENCY_CYCLE', 'DEPENDENCY_UNKNOWN')) return [error.code, error.params];
        throw error;
      }
      return undefined;
    };
    const circle = [one('x', { a: 'started' }), one('a', { b: 'started' }), one('b', { a: 'healthy' })];
    expect(failure(circle)).toEqual(['DEPENDENCY_CYCLE', { cycle: ['a', 'b', 'a'] }]);
    expect(failure([one('a', { a: 'started' })])).toEqual(['DEPENDENCY_CYCLE', { cycle: ['a', 'a'] }]);
    expect(failure([one('a', { b: 'started' })])).toEqual(['DEPENDENCY_UNKNOWN', { instance: 'a', on: 'b', known: ['a'] }]);
  });

  it('knows who depends on one, and what one still waits for', () => {
    const all = [one('a'), one('b', { a: 'started' }), one('c', { b: 'healthy' })];
    expect(dependentsOf(all, 'a')).toEqual(['b']);
    expect(unmet(all[2] as Ordered, () => false)).toBe('b to be healthy');
    expect(unmet(all[2] as Ordered, () => true)).toBeNull();
  });
});
