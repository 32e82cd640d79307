import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InstanceDocument } from '../gen/output.gen.ts';
import { NEW_CHILD } from './child.ts';
import { reportOf } from './report-of.ts';
import { parseState, printOf, renderState, restore, type SavedInstance, type SupervisorState } from './state-file.ts';

const probes = { startup: null, readiness: null, liveness: null };
const document = { id: 'zero/main' } as InstanceDocument;
const surroundings = { id: 'zero/main', document, stamp: 'boot/77', probes, found: undefined, notes: [] };
const saved = (more: Partial<SavedInstance> = {}): SavedInstance => ({
  ...reportOf(
    { ...NEW_CHILD, state: 'ready', pid: 4242, wanted: { value: true, since: 5 }, up: { value: true, since: 6 } },
    surroundings,
  ),
  print: 'p',
  failures: 2,
  trial: false,
  ending: null,
  ...more,
});
const state: SupervisorState = {
  version: 1,
  supervisor: { pid: 1234, stamp: 'boot/70', version: '0.1.0', startedAt: 1 },
  instances: [saved(), saved({ id: 'zero/rescue', state: 'parked', pid: null, stamp: null, retryAt: 99, reason: 'why' })],
};

describe('the state file', () => {
  it('says again what was written into it', () => {
    expect(parseState(renderState(state), '/s.json')).toEqual({ state });
  });

  it('is refused when a newer Polygate wrote it', () => {
    const text = JSON.stringify({ ...state, version: 2 });
    expect(() => parseState(text, '/s.json')).toThrow(/\/s\.json has version 2; this polygate reads up to 1/);
  });

  it('is of no use, which is said, when it is torn anywhere or something else', () => {
    const text = renderState(state);
    fc.assert(
      fc.property(fc.nat(text.length - 3), (end) => {
        expect(parseState(text.slice(0, end), '/s.json')).toHaveProperty('lost');
      }),
    );
    for (const other of ['[]', 'null', '{}', '{"version":0}', JSON.stringify({ ...state, instances: [{ id: 1 }] })])
      expect(parseState(other, '/s.json'), other).toHaveProperty('lost');
    const nasty = { ...state, instances: [{ ...saved(), pid: -1 }] };
    expect(parseState(JSON.stringify(nasty), '/s.json'), 'a pid that would signal everybody').toHaveProperty('lost');
  });

  it('gives back a child to adopt, one whose process is gone, and one that waits', () => {
    expect(restore(saved(), true)).toMatchObject({ state: 'down', pid: null, wanted: { value: true, since: 5 }, failures: 2 });
    expect(restore(saved(), false)).toMatchObject({ state: 'ready', pid: 4242, adopted: true, up: { since: 6 } });
    const parked = state.instances[1] as SavedInstance;
    expect(restore(parked, false)).toMatchObject({ state: 'parked', retryAt: 99, reason: 'why' });
  });
});

describe('the print of what a process was started with', () => {
  const spec = { argv: ['a', 'b'], env: { TOKEN: 's3cret', X: '1' }, cwd: '/' };

  it('changes with program, environment and folder, not with the order of variables, nor with a secret', () => {
    const print = printOf(spec, ['s3cret']);
    expect(printOf({ ...spec, env: { X: '1', TOKEN: 's3cret' } }, ['s3cret'])).toBe(print);
    expect(printOf({ ...spec, env: { ...spec.env, TOKEN: 'other' } }, ['other'])).toBe(print);
    for (const other of [{ argv: ['a b'] }, { cwd: '/x' }, { env: { TOKEN: 's3cret', X: '2' } }])
      expect(printOf({ ...spec, ...other }, ['s3cret'])).not.toBe(print);
  });
});
