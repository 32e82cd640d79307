import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { supervisionFrom } from './from-settings.ts';
import { nextDue, phaseOf, startupPauseMs } from './probe-schedule.ts';
import {
  beginProbing,
  type Finding,
  type ProbeProgress,
  type ProbeTold,
  probeVerdict,
  settle,
  startedBefore,
  startOver,
} from './probes.ts';
import { PROBE_ROLES, type ProbeRole, type ProbeSpecs } from './spec.ts';

const { probes: DEFAULTS } = supervisionFrom({});
const finding = (outcome: Finding['outcome'], at = 0): Finding => ({ outcome, detail: outcome, ms: 1, at });

/** Plays answers and gives all that was told. */
function play(
  specs: ProbeSpecs,
  ...answers: [ProbeRole, Finding['outcome'], number?][]
): { progress: ProbeProgress; told: ProbeTold[] } {
  const begun = beginProbing(specs);
  let { progress } = begun;
  const told = [...begun.told];
  for (const [role, outcome, at] of answers) {
    const settled = settle(progress, specs, role, finding(outcome, at));
    progress = settled.progress;
    told.push(...settled.told);
  }
  return { progress, told };
}
const times = (n: number, answer: [ProbeRole, Finding['outcome']]) => Array.from({ length: n }, () => answer);

describe('startup', () => {
  it('gates the others', () => {
    expect(play(DEFAULTS, ...times(9, ['liveness', 'closed']), ['readiness', 'ok']).told).toEqual([]);
    expect(play(DEFAULTS, ['startup', 'closed'], ['startup', 'ok'], ['readiness', 'ok']).told).toEqual(['startup-ok', 'ready']);
  });

  it('has a budget of time, however often it is asked, and fails once', () => {
    const late = ['startup', 'closed', 130_000] as const;
    expect(play(DEFAULTS, ['startup', 'closed', 1], ...times(2000, ['startup', 'closed'])).told).toEqual([]);
    expect(play(DEFAULTS, ['startup', 'closed', 1], [...late], [...late], ['startup', 'ok', 130_001]).told).toEqual([
      'startup-failed',
    ]);
  });

  it('leaves one alone that says that it is starting', () => {
    expect(play(DEFAULTS, ['startup', 'starting', 0], ['startup', 'starting', 900_000], ['startup', 'ok', 900_001]).told).toEqual(
      ['startup-ok'],
    );
  });

  it('is over at once where it is not asked', () => {
    expect(play({ startup: null, readiness: null, liveness: null }).told).toEqual(['startup-ok', 'ready']);
  });

  it('is not asked again of a process that has passed it: one that hangs has its liveness budget', () => {
    const { progress } = play(DEFAULTS, ['startup', 'ok']);
    const before = startedBefore(progress.states, true);
    const begun = beginProbing(DEFAULTS, { startup: null, ...before, ready: false });
    expect(begun).toMatchObject({ told: ['startup-ok'], progress: { phase: 'running', states: { startup: { ok: true } } } });
    const hangs = times(DEFAULTS.liveness?.failureThreshold ?? 0, ['liveness', 'silent']);
    expect(play(DEFAULTS, ...hangs).told).toEqual([]);
    let state = begun.progress;
    const told = hangs.flatMap(([role, outcome]) => {
      const settled = settle(state, DEFAULTS, role, finding(outcome));
      state = settled.progress;
      return settled.told;
    });
    expect(told).toEqual(['liveness-failed']);
    expect(startedBefore(startOver(progress, DEFAULTS).progress.states, true)).toBeUndefined();
    expect(startedBefore({ startup: null, readiness: null, liveness: null }, true)).toEqual({ startup: null });
    expect(startedBefore({ startup: null, readiness: null, liveness: null }, false)).toBeUndefined();
  });

  it('keeps one ready whose settings changed, and tells when it is not', () => {
    const { progress, told } = beginProbing(DEFAULTS, { startup: null, ready: true });
    expect([progress.ready, told]).toEqual([true, ['startup-ok']]);
    const bad = times(DEFAULTS.readiness?.failureThreshold ?? 0, ['readiness', 'closed']);
    const end = bad.reduce((now, [role, outcome]) => settle(now.progress, DEFAULTS, role, finding(outcome)), { progress, told });
    expect(end.told).toEqual(['unready']);
  });

  it('begins again with a restart in place', () => {
    const { progress } = play(DEFAULTS, ['startup', 'ok'], ['readiness', 'ok']);
    const over = startOver(progress, DEFAULTS);
    expect(over.told).toEqual(['unready']);
    expect(settle(over.progress, DEFAULTS, 'liveness', finding('closed')).told).toEqual([]);
    expect(settle(over.progress, DEFAULTS, 'startup', finding('ok')).told).toEqual(['startup-ok']);
  });
});

describe('liveness', () => {
  const up = [['startup', 'ok']] as [ProbeRole, Finding['outcome']][];

  it('fails after as many in a row, and a success begins a new row', () => {
    const bad = (n: number) => times(n, ['liveness', 'silent']);
    expect(play(DEFAULTS, ...up, ...bad(2), ['liveness', 'ok'], ...bad(2)).told).toEqual(['startup-ok', 'alive']);
    expect(play(DEFAULTS, ...up, ...bad(3)).told).toEqual(['startup-ok', 'liveness-failed']);
  });

  it.each(['unauthorized', 'protocol', 'starting', 'wrong-instance', 'rpc-failed'] as const)(
    'never ends one for %s',
    (outcome) => {
      expect(play(DEFAULTS, ...up, ...times(99, ['liveness', outcome])).told).not.toContain('liveness-failed');
    },
  );
});

describe('readiness', () => {
  it('changes after its thresholds, and restarts nothing', () => {
    const specs = { ...DEFAULTS, readiness: DEFAULTS.readiness && { ...DEFAULTS.readiness, successThreshold: 2 } };
    const { told, progress } = play(
      specs,
      ['startup', 'ok'],
      ...times(2, ['readiness', 'ok']),
      ...times(50, ['readiness', 'silent']),
    );
    expect(told).toEqual(['startup-ok', 'ready', 'unready']);
    expect(probeVerdict(progress)).toBe('unresponsive');
  });

  it('tells once that another gateway answers', () => {
    const { told, progress } = play(
      DEFAULTS,
      ['startup', 'ok'],
      ['readiness', 'ok'],
      ...times(5, ['readiness', 'wrong-instance']),
    );
    expect(told).toEqual(['startup-ok', 'ready', 'wrong-instance', 'unready']);
    expect(probeVerdict(progress)).toBe('wrong-instance');
  });
});

const outcome = fc.constantFrom<Finding['outcome']>(
  'ok',
  'closed',
  'silent',
  'starting',
  'unauthorized',
  'wrong-instance',
  'failed',
);

it('whatever is answered: ready and unready take turns, and nothing is told of a child that did not start', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...PROBE_ROLES), outcome, fc.nat(500_000)), { maxLength: 200 }), (answers) => {
      const sorted = answers.toSorted((a, b) => a[2] - b[2]);
      const { told } = play(DEFAULTS, ...sorted);
      const turns = told.filter((word) => word === 'ready' || word === 'unready');
      expect(turns).toEqual(turns.map((_, i) => (i % 2 === 0 ? 'ready' : 'unready')));
      const [start] = told.filter((word) => word !== 'wrong-instance');
      if (start !== undefined) expect(['startup-ok', 'startup-failed']).toContain(start);
      if (told.includes('startup-failed')) expect(told).not.toContain('startup-ok');
    }),
  );
});

describe('when they are asked', () => {
  it('spreads any number of instances over the period', () => {
    fc.assert(
      fc.property(fc.nat(5_000), fc.integer({ min: 2, max: 300 }), (first, count) => {
        const phases = Array.from({ length: count }, (_, i) => phaseOf(first + i)).sort((a, b) => a - b);
        const gaps = phases.map((phase, i) => (i + 1 < count ? (phases[i + 1] as number) : 1 + (phases[0] as number)) - phase);
        expect(Math.max(...gaps)).toBeLessThan(3 / count);
        expect(Math.min(...gaps)).toBeGreaterThan(0.3 / count);
      }),
    );
  });

  it('keeps the grid, and catches up at once, whatever a probe takes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 60_000 }), fc.array(fc.nat(200_000), { maxLength: 50 }), (period, takes) => {
        let now = 0;
        let grid = 0;
        for (const took of takes) {
          now += took;
          const due = nextDue(grid, period, now);
          expect(due.waitMs).toBeGreaterThanOrEqual(0);
          expect(due.waitMs).toBeLessThanOrEqual(period);
          expect(due.grid % period).toBe(0);
          expect(due.grid).toBeGreaterThan(grid);
          if (took >= period) expect(due.waitMs).toBe(0);
          now += due.waitMs;
          grid = due.grid;
        }
      }),
    );
  });

  it('asks quickly at first, then once a period, and a starting one not too often', () => {
    expect(startupPauseMs(0, 250, false)).toBe(20);
    expect(startupPauseMs(50, 250, false)).toBe(250);
    expect(startupPauseMs(0, 250, true)).toBe(500);
  });
});
