import { describe, expect, it } from 'vitest';
import { withLimits } from './limits.ts';

const argv = ['/usr/bin/gateway', 'run'];
const all = { maxMemoryBytes: 1024 ** 3, nice: 5, openFiles: 4096 };
const OWN = 'Limit  Soft Limit  Hard Limit  Units\nMax open files            1024                 2048                 files\n';

describe('withLimits', () => {
  it('has a shell set what the system can, and become the program', () => {
    expect(withLimits(argv, { nice: 5, openFiles: 2048 }, { platform: 'linux', ownLimits: OWN })).toEqual({
      argv: ['/bin/sh', '-c', 'ulimit -n 2048 && exec nice -n 5 "$@"', 'sh', ...argv],
      notes: [],
    });
    expect(withLimits(argv, {}, { platform: 'linux', ownLimits: OWN }).argv).toEqual(argv);
  });

  it('leaves out what is above what this account may have, and says so', () => {
    const { argv: line, notes } = withLimits(argv, { nice: 5, openFiles: 4096 }, { platform: 'linux', ownLimits: OWN });
    expect(line[2]).toBe('exec nice -n 5 "$@"');
    expect(notes).toEqual(['limits.openFiles: 4096 is above what this account may have (2048), which it has instead']);
  });

  it('says of each limit that a system does not know, and runs the program all the same', () => {
    const { argv: line, notes } = withLimits(argv, all, { platform: 'win32', ownLimits: undefined });
    expect(line).toEqual(argv);
    expect(notes).toEqual([
      'limits.maxMemory: not watched on win32',
      'limits.nice: there is none on win32',
      'limits.openFiles: there is none on win32',
    ]);
    expect(withLimits(argv, { maxMemoryBytes: 1 }, { platform: 'darwin', ownLimits: undefined }).notes).toEqual([
      'limits.maxMemory: not watched on darwin',
    ]);
  });
});
