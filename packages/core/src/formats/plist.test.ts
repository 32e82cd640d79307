import { readdirSync, readFileSync } from 'node:fs';
import { fixturePath, runCommand, unless, whyNoProgram } from '@polygate/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jobFaults } from './launchd-plist.ts';
import { type PlistDict, readPlist, renderPlist } from './plist.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 30 }).filter((s) => {
  try {
    renderPlist({ s });
    return true;
  } catch {
    return false;
  }
});
const key = fc.oneof(
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.]{0,12}$/),
  text.filter((s) => !/^\d+$/.test(s) && s !== '__proto__'),
);
const leaf = fc.oneof(text, fc.maxSafeInteger(), fc.boolean());
const dict = fc.dictionary(
  key,
  fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }), fc.dictionary(key, leaf, { maxKeys: 3, noNullPrototype: true })),
  {
    maxKeys: 5,
    noNullPrototype: true,
  },
) as fc.Arbitrary<PlistDict>;

describe('property lists', () => {
  it('come back from their own text', () => {
    fc.assert(
      fc.property(dict, (value) => {
        expect(readPlist(renderPlist(value))).toEqual({ dict: value });
      }),
    );
  });

  it.each(['\u0085', 'a\u2028b', '\u2029', '\u00a0', '\t'])('keep %j', (value) => {
    expect(readPlist(renderPlist({ [`k${value}k`]: value }))).toEqual({ dict: { [`k${value}k`]: value } });
  });

  it.each(['a\nb', 'a\rb', 'a\0b', 'a\u0007b', '\ud800', 'a\ufffeb'])('refuse %j, which would not come back', (bad) => {
    for (const value of [{ a: bad }, { a: [bad] }, { a: { b: bad } }, { [bad]: 'x' }])
      expect(() => renderPlist(value)).toThrow(RangeError);
    expect(() => renderPlist({ a: 1.5 })).toThrow(RangeError);
  });

  const broken = readdirSync(fixturePath('plists', 'broken')).map((file) => file.replace(/\.plist$/, ''));
  const read = (name: string) => readPlist(readFileSync(fixturePath('plists', 'broken', `${name}.plist`), 'utf8'));

  it.each(broken.filter((name) => !name.startsWith('job-')))('with %s are none', (name) => {
    expect(read(name).fault).toMatch(/./);
  });

  it.each(broken.filter((name) => name.startsWith('job-')))('with %s are no job that launchd takes', (name) => {
    const { dict: job } = read(name);
    expect(job && jobFaults(job)).toHaveLength(1);
  });

  it('that are binary, or have a label that is not the name of the file, are said to be so', () => {
    expect(readPlist('bplist00abc').fault).toContain('plutil');
    expect(jobFaults({ Label: 'a', ProgramArguments: ['/x'] }, 'b')).toEqual(['its Label is a, and its file is called b.plist']);
    expect(jobFaults({ Label: 'a', ProgramArguments: ['/x'] }, 'a')).toEqual([]);
  });

  it('are total to read', () => {
    const piece = fc.constantFrom(
      '<plist>',
      '</plist>',
      '<dict>',
      '</dict>',
      '<key>',
      '</key>',
      '<string>',
      '</string>',
      '<true/>',
      'a',
      '&',
      '<',
      '>',
      '<!--',
      '-->',
      '<integer>1</integer>',
      '</',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const found = readPlist(pieces.join(''));
        expect(found.dict !== undefined || found.fault !== undefined).toBe(true);
      }),
    );
  });

  const whyNot = whyNoProgram('python3');
  it.skipIf(whyNot !== undefined)(unless(whyNot, 'are read by Python as they were written, byte for byte'), async () => {
    const values = fc.sample(dict, 200);
    const script = `
import json, plistlib, sys
for line in sys.stdin:
    print(json.dumps(plistlib.loads(json.loads(line).encode("utf-8"), fmt=plistlib.FMT_XML)))
`;
    const input = values.map((value) => `${JSON.stringify(renderPlist(value))}\n`).join('');
    const { stdout, stderr } = await runCommand(['python3', '-c', script], {
      env: { PATH: process.env.PATH ?? '', PYTHONUTF8: '1' },
      input,
    });
    expect(stderr).toBe('');
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(values);
  });
});
