import { describe, expect, it } from 'vitest';
import { findPack } from '../product/catalogue.ts';
import { checkOwnPorts, checkPair, checkPorts } from './check.ts';
import { FINDINGS } from './findings.ts';
import { deriveFootprint, type Footprint } from './footprint.ts';
import type { Occupant } from './occupant.ts';

const zero = findPack('zero');
const LINUX = { first: 32_768, last: 60_999 };
const at = (base: number, pack = zero, more: Partial<Footprint> = {}): Occupant => ({
  name: `${pack.id}/${base}`,
  footprint: { ...deriveFootprint(pack, base), ...more },
});
const withLeases = (one: Occupant, leased: Record<string, number>): Occupant => ({
  ...one,
  footprint: { ...one.footprint, cdp: { ...one.footprint.cdp, leased } },
});
const brief = (mine: Occupant, other: Occupant) =>
  checkPair(mine, other).map((f) => `${f.level} ${f.code} ${f.port ?? ''}`.trim());

describe('two instances', () => {
  it('of the 19001 and 19002 of the documents: a soft port meets the browser control port, and the bands overlap', () => {
    expect(checkPair(at(19_001), at(19_002)).map(({ message }) => message)).toEqual([
      'port 19004 (extension relay) is also the browser control port of zero/19002',
      'port 19005 (canvas) is also the extension relay port of zero/19002',
      'its CDP band and that of zero/19002 have 19013-19111 in common; the bases are 1 apart',
    ]);
  });

  it.each([
    [0, ['conflict port-shared 19001', 'conflict port-shared 19003', 'conflict port-shared 19005']],
    [2, ['conflict port-shared 19003', 'conflict port-shared 19005']],
    [20, ['warning port-in-band 19021', 'warning bands-overlap']],
    [110, ['warning port-in-band 19111']],
    [111, []],
    [120, []],
  ])('%i apart: %j', (distance, expected) => {
    const [low, high] = [at(19_001), at(19_001 + distance)];
    expect(brief(low, high).sort()).toEqual([...expected].sort());
    expect(brief(high, low).sort()).toEqual([...expected].sort());
  });

  it('20 apart, as the documents say, are told why that is not enough', () => {
    for (const { message, hint } of checkPair(at(19_001), at(19_021))) {
      expect(message).toContain('the bases are 20 apart');
      expect(hint).toContain('111 apart');
      expect(hint).toContain('20 apart keeps only the fixed ports apart');
    }
  });

  it('conflict where a CDP port of one is a port of the other, and then no warning is told besides', () => {
    expect(brief(withLeases(at(19_001), { work: 19_050 }), at(19_050))).toEqual(['conflict port-shared 19050']);
    expect(brief(at(19_050), withLeases(at(19_001), { work: 19_050 }))).toEqual(['conflict port-shared 19050']);
    const [one, other] = [withLeases(at(19_001), { work: 19_060 }), withLeases(at(19_021), { play: 19_060 })];
    expect(checkPair(one, other)).toEqual([
      {
        ...{ level: 'conflict', code: 'port-shared', instance: 'zero/19001', port: 19_060, other: 'zero/19021' },
        message: 'port 19060 (CDP of browser profile work) is already the CDP port of browser profile play of zero/19021',
        hint: expect.stringContaining('ports suggest'),
      },
    ]);
  });

  it('do not meet in ports that are switched off', () => {
    expect(brief(at(19_001, zero, { canvas: null }), at(19_005 + 111))).toEqual([]);
    expect(brief(at(19_001, zero, { canvas: null, soft: [] }), at(18_880, zero, { canvas: 19_005 }))).toEqual([]);
  });
});

describe('an instance by itself', () => {
  const own = (one: Occupant) => checkOwnPorts(zero, one).map((f) => `${f.level} ${f.message}`);

  it('is clear when nothing was changed by hand', () => expect(own(at(18_789))).toEqual([]));

  it('must not use one port twice', () => {
    expect(own(at(18_789, zero, { canvas: 18_791 }))).toEqual([
      'conflict port 18791 is used twice: canvas is also the browser control port',
    ]);
    expect(own(withLeases(at(18_789), { a: 18_801, b: 18_801 }))).toEqual([
      'conflict port 18801 is used twice: CDP of browser profile b is also the CDP port of browser profile a',
    ]);
  });

  it('is told of CDP ports that its base has left behind', () => {
    expect(own(withLeases(at(20_000), { work: 18_801, play: 20_011, more: 20_110, far: 20_111 }))).toEqual([
      'warning CDP port 18801 of browser profile work lies outside the band 20011-20110',
      'warning CDP port 20111 of browser profile far lies outside the band 20011-20110',
    ]);
  });

  it('is told nothing of a browser that a URL puts elsewhere on purpose', () => {
    const attached = withLeases(at(20_000, zero, { pinned: ['mine'] }), { mine: 9222 });
    expect(own(attached)).toEqual([]);
  });

  it('is never clamped when its base is too high', () => {
    expect(own(at(65_425))).toEqual([]);
    expect(own(at(65_426))).toEqual(['conflict base port 65426 is too high: the ports derived from it reach 65536']);
  });
});

describe('the surroundings', () => {
  const around = (base: number, listeners: { port: number; holder: string }[] = []) =>
    checkPorts(zero, at(base), { occupants: [], ephemeral: LINUX }, listeners).map(({ message }) => message);

  it('are clear below the ephemeral range', () => expect(around(32_657)).toEqual([]));

  it('are told where the system takes ports for itself', () => {
    expect(around(32_658)).toEqual([expect.stringContaining('ports 32658-32768 meet 32768-60999')]);
    expect(around(60_999)).toHaveLength(1);
    expect(around(61_000)).toEqual([]);
  });

  it('are told who listens on a fixed port', () => {
    const holder = 'pid 4242 (nginx, user www)';
    expect(
      around(18_789, [
        { port: 18_791, holder },
        { port: 18_850, holder },
      ]),
    ).toEqual(['something else listens on port 18791 (browser control): pid 4242 (nginx, user www)']);
  });
});

it('every text about ports says what is the matter and what to do', () => {
  const params = new Proxy({}, { get: (_, key) => `<${String(key)}>` });
  const texts = Object.values(FINDINGS).map(({ message, hint }) => [message(params as never), hint(params as never)]);
  for (const [message = '', hint = ''] of texts) {
    expect(message).toMatch(/^(CDP|[a-z]).*[^.]$/);
    expect(hint.length).toBeGreaterThan(10);
    expect(message + hint).not.toContain('undefined');
  }
  expect(new Set(texts.map(([message]) => message)).size).toBe(texts.length);
});
