import { describe, expect, it } from 'vitest';
import { type Upkeep, type UpkeepFacts, upkeep } from './upkeep.ts';
import type { ManagerView } from './verdict.ts';

const view = (state: ManagerView['state']): { manager: ManagerView } => ({
  manager: {
    ...{ enabled: true, state, detail: 'x', pid: undefined, lastExitStatus: undefined, restarts: 0 },
    ...{ gaveUp: false, lastRunMs: undefined },
  },
});
const WELL: UpkeepFacts = {
  ...{ verdict: 'healthy', ...view('running'), owns: true, stranger: false, adrift: false, force: false },
};
const forced = { force: true };

const TABLE: [name: string, facts: Partial<UpkeepFacts>, todo: Upkeep][] = [
  ['it is well', {}, 'nothing'],
  ['it is well, and force is given', forced, 'nothing'],
  ['it is stopped', { verdict: 'stopped', owns: false, ...view('stopped') }, 'start'],
  ['it is parked, its config was mended', { verdict: 'parked', owns: false, ...view('failed') }, 'start'],
  ['it was given up', { verdict: 'crash-looping', owns: false, ...view('failed') }, 'start'],
  ['its manager sleeps', { verdict: 'stopped', owns: false, manager: undefined }, 'start'],
  ['it is on its way', { verdict: 'starting', owns: false, ...view('starting') }, 'wait'],
  ['its process does not listen yet', { verdict: 'starting', owns: false }, 'wait'],
  ['its token is no longer that of the config', { verdict: 'unauthorized' }, 'restart'],
  ['its state directory was replaced', { verdict: 'degraded', adrift: true }, 'restart'],
  ['it names another state directory', { verdict: 'wrong-instance' }, 'restart'],
  ['it is wedged', { verdict: 'unresponsive' }, 'refuse'],
  ['it is wedged, and force is given', { verdict: 'unresponsive', ...forced }, 'restart'],
  ['somebody else is on its port', { verdict: 'port-foreign', owns: false, ...view('stopped'), ...forced }, 'refuse'],
  ['a gateway was started by hand', { stranger: true, ...view('stopped'), ...forced }, 'stranger'],
  ['what answers is not its process, which is stopped', { owns: false, ...view('stopped') }, 'stranger'],
];

describe('an install that finds its definition in place', () => {
  it.each(TABLE)('%s', (_, facts, todo) => expect(upkeep({ ...WELL, ...facts })).toBe(todo));

  it('says that there is nothing to do only of a service that answers for its instance', () => {
    for (const [name, facts, todo] of TABLE) {
      const isWell = { ...WELL, ...facts }.verdict === 'healthy' && { ...WELL, ...facts }.owns;
      if (todo === 'nothing') expect(isWell, name).toBe(true);
    }
  });
});
