import { reading } from '@polygate/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWsl } from './wsl.ts';

const conf = (name: string | undefined) => name && reading('wsl', name);

describe('what keeps systemd from running in WSL', () => {
  it.each([
    ['version-2', undefined, 'off'],
    ['version-2', 'conf-silent', 'off'],
    ['version-2', 'conf-off', 'off'],
    ['version-2', 'conf-on', 'not-restarted'],
    ['version-2-first', 'conf-on', 'not-restarted'],
    ['version-1', 'conf-on', 'version-1'],
    ['version-debian', 'conf-on', undefined],
  ] as const)('%s with %s: %s', (version, file, state) => {
    expect(readWsl(reading('wsl', version), conf(file))).toBe(state);
  });

  it.each([
    ['[boot]\r\nsystemd=True\r\n', 'not-restarted'],
    ['[boot]\nsystemd = "true" \n', 'not-restarted'],
    ['systemd=true\n', 'off'],
    ['[boot]\n#systemd=true\n', 'off'],
    ['[Boot', 'off'],
    ['boot=true', 'off'],
    ['[__proto__]\nsystemd=true\n', 'off'],
  ])('reads %j as %s', (text, state) => expect(readWsl(reading('wsl', 'version-2'), text)).toBe(state));

  it('is total: whatever stands in either', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (version, text) => {
        readWsl(version, text);
        expect(readWsl(reading('wsl', 'version-2'), text)).not.toBe('version-1');
      }),
    );
  });
});
