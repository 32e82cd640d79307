import { reading } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { classifySystemdFailure } from './systemd-errors.ts';
import { explainSystemdExit, explainSystemdResources, explainSystemdTimeout } from './systemd-exit.ts';

describe('what systemd itself could not do', () => {
  it.each([
    [200, 'working directory'],
    [203, 'program'],
    [209, 'standard output'],
    [216, 'no effect in a unit of an account'],
    [217, 'account'],
    [218, 'capabilities'],
    [226, 'view of the file system'],
    [243, 'credentials'],
  ])('%i is one line', (status, words) => {
    const line = explainSystemdExit(status);
    expect(line).toContain(`(status ${status})`);
    expect(line).toContain(words);
    expect(line).not.toContain('\n');
  });

  it.each([0, 1, 3, 78, 143, 255])('%i is the program’s own', (status) => expect(explainSystemdExit(status)).toBeUndefined());

  it('is a missing file where there was not even a process, in the words of a start and of the unit’s result', () => {
    expect(explainSystemdResources(reading('systemctl', '252-start-no-environment-file'))).toContain('EnvironmentFile');
    expect(explainSystemdResources('activating/auto-restart, resources')).toContain('EnvironmentFile');
    for (const other of ['252-start-timeout', '252-start-no-program', '252-start-limit'])
      expect(explainSystemdResources(reading('systemctl', other))).toBeUndefined();
  });

  it('is one that never said that it is ready, in the words of a start', () => {
    expect(explainSystemdTimeout(reading('systemctl', '252-start-timeout'))).toContain(
      'did not tell systemd in time that it is ready',
    );
    for (const other of ['252-start-no-environment-file', '252-start-no-program', '252-start-limit'])
      expect(explainSystemdTimeout(reading('systemctl', other))).toBeUndefined();
  });

  it('has other words for the bus of another account in other versions', () => {
    expect(classifySystemdFailure('Failed to connect to bus: Permission denied')).toBe('foreign-bus');
  });
});
