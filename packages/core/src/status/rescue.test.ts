import { describe, expect, it } from 'vitest';
import { proposeRescue, type RescueFacts } from './rescue.ts';
import { VERDICTS } from './verdict.ts';

const WELL: RescueFacts = {
  ...{ verdict: 'healthy', configReady: true, refused: false, earlier: undefined, port: 18_789 },
  ...{ installed: true, runs: true, supervisor: undefined, command: 'zero --profile main' },
};
const earlier = { hash: 'abc', port: 18_789 };
const actions = (facts: Partial<RescueFacts>) => proposeRescue({ ...WELL, ...facts }).map(({ action }) => action);

describe('proposeRescue', () => {
  it.each([
    ['it is well', {}, []],
    ['it is well, and was with others before', { earlier }, []],
    ['it refuses its config file', { refused: true, earlier }, ['rollback']],
    ['it refuses its config file, and there is no other', { refused: true }, ['by-hand']],
    ['it runs, and refuses its config file', { verdict: 'degraded', configReady: false, refused: true, earlier }, ['rollback']],
    [
      'the supervisor parked it',
      { verdict: 'parked', runs: false, installed: false, supervisor: 'zero restart main' },
      ['restart'],
    ],
    ['it is parked by a config', { verdict: 'parked', configReady: false, runs: false, earlier }, ['rollback', 'start']],
    ['it is parked by a config, and there is no other', { verdict: 'parked', configReady: false, runs: false }, ['by-hand']],
    ['it is parked, and its config was mended', { verdict: 'parked', runs: false, earlier }, ['start']],
    ['it is stopped', { verdict: 'stopped', runs: false, earlier }, ['start']],
    ['it is stopped, and no service runs it', { verdict: 'stopped', runs: false, installed: false }, ['by-hand']],
    ['it keeps dying', { verdict: 'crash-looping', runs: false }, ['start']],
    ['it keeps dying since an edit', { verdict: 'crash-looping', runs: false, earlier }, ['rollback', 'start']],
    ['it hangs', { verdict: 'unresponsive', earlier }, ['restart']],
    ['its token is another', { verdict: 'unauthorized' }, ['restart']],
    ['its port is taken', { verdict: 'port-foreign', runs: false, earlier }, ['by-hand']],
    [
      'its new port is taken',
      { verdict: 'port-foreign', runs: false, earlier: { hash: 'abc', port: 19_789 } },
      ['rollback', 'start'],
    ],
    ['it is starting', { verdict: 'starting' }, ['wait']],
  ] as const)('%s', (_, facts, wanted) => expect(actions(facts)).toEqual(wanted));

  it('has something to say of everything that is not well, and never goes back without a config to go back to', () => {
    for (const verdict of VERDICTS)
      for (const configReady of [true, false])
        for (const runs of [true, false]) {
          const said = actions({ verdict, configReady, runs });
          expect(said).not.toContain('rollback');
          expect(said.length > 0).toBe(verdict !== 'healthy');
        }
  });
});
