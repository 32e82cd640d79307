import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootLine, hasBootLine, withBootLine, withoutBootLine } from './crontab.ts';

const ours = bootLine(['/usr/bin/node', '/opt/p.mjs', 'up'], {}, '/home/ana/.local/state/polygate');
const theirs = bootLine(['/usr/bin/node', '/opt/p.mjs', 'up'], { POLYGATE_HOME: '/srv/x' }, '/srv/x/.polygate/state');
const crontab = fc
  .array(fc.string({ unit: 'grapheme' }).map((s) => s.replaceAll(/[\r\n]/g, '')))
  .map((lines) => lines.map((line) => `${line}\n`).join(''));

describe('the line of a crontab', () => {
  it('starts a supervisor, and says what it is', () => {
    expect(ours.line).toBe(
      '@reboot /usr/bin/node /opt/p.mjs up >/dev/null # polygate: starts what is installed (/home/ana/.local/state/polygate)',
    );
  });

  it('quotes for the shell, and what cron would take for a line break', () => {
    const { line } = bootLine(["/opt/a b/it's", '100%'], { POLYGATE_HOME: '/srv/50%' }, '/srv/50%/state');
    expect(line).toBe(
      String.raw`@reboot POLYGATE_HOME='/srv/50\%' '/opt/a b/it'\''s' '100\%' >/dev/null # polygate: starts what is installed (/srv/50\%/state)`,
    );
    expect(() => bootLine(['a\nb'], {}, '/s')).toThrow('line break');
  });

  it('is added once, takes the place of an older one, and leaves every other line as it is', () => {
    fc.assert(
      fc.property(crontab, (text) => {
        const first = withBootLine(text, ours);
        expect(first.startsWith(text)).toBe(true);
        expect(hasBootLine(first, ours)).toBe(true);
        expect(withBootLine(first, ours)).toBe(first);
        expect(withoutBootLine(first, ours)).toBe(text);
        const both = withBootLine(first, theirs);
        expect(withoutBootLine(both, ours)).toBe(withBootLine(text, theirs));
        const moved = { ...ours, line: ours.line.replace('/opt/', '/usr/lib/') };
        expect(withoutBootLine(withBootLine(both, moved), moved)).toBe(withBootLine(text, theirs));
      }),
    );
  });

  it('is added after a last line that is not ended', () => {
    expect(withBootLine('0 1 * * * x', ours)).toBe(`0 1 * * * x\n${ours.line}\n`);
  });
});
