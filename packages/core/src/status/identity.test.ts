import { describe, expect, it } from 'vitest';
import { judgeIdentity } from './identity.ts';

const own = '/home/ana/.clawdbot-rescue';
const usual = '/home/ana/.clawdbot';
const base = { stateDirs: [own], said: own, namesItself: true, pid: undefined, owners: new Set<number>(), given: undefined };

describe('judgeIdentity', () => {
  it.each([
    ['it names the state directory', {}, true],
    ['its process owns the port, whatever it names', { said: usual, namesItself: false, pid: 7, owners: new Set([7]) }, true],
    ['its process was started for it', { said: usual, namesItself: false, given: own }, true],
    ['it names another', { said: usual }, false],
    ['it names none', { said: undefined }, false],
    ['its process was started for another', { given: usual, namesItself: false }, false],
    ['it names what every profile of its version names', { stateDirs: [usual], said: usual, namesItself: false }, false],
    ['another process owns the port', { said: usual, pid: 7, owners: new Set([8]) }, false],
  ])('%s', (_, evidence, ok) => {
    const judged = judgeIdentity({ ...base, ...evidence });
    expect(judged.ok).toBe(ok);
    expect(judged.detail).not.toBe('');
  });
});
