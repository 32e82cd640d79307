import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RESTART_POLICY } from './backoff.ts';
import { bytesOf, supervisionFrom } from './from-settings.ts';
import { instanceSettingsIssues, supervisorSettingsIssues } from './settings-issues.ts';
import { PROBE_ROLES } from './spec.ts';

const paths = (issues: readonly { path?: string | undefined }[]) => issues.map(({ path }) => path);

describe('how an instance is kept alive', () => {
  it('has defaults for everything: the ladder, two minutes to start, half a minute to answer', () => {
    const { probes, restart, stop, limits, output, dependsOn } = supervisionFrom({});
    for (const role of PROBE_ROLES) expect(probes[role]).toMatchObject({ kind: 'ladder', successThreshold: 1 });
    const { periodMs = 0, failureThreshold = 0 } = probes.startup ?? {};
    expect(periodMs * failureThreshold).toBe(120_000);
    expect(probes.liveness).toMatchObject({ periodMs: 10_000, timeoutMs: 10_000, failureThreshold: 3 });
    expect(restart).toMatchObject({ ...DEFAULT_RESTART_POLICY, when: 'always' });
    expect({ stop, limits, dependsOn }).toEqual({ stop: { signal: 'SIGTERM', budgetMs: 15_000 }, limits: {}, dependsOn: {} });
    expect(output).toEqual({ maxBytes: 10 * 1024 * 1024, keep: 5 });
  });

  it('takes product, supervisor and instance in this order, key by key', () => {
    const { probes, stop, limits, restart } = supervisionFrom({
      pack: { stop: { timeoutSeconds: 45 }, probes: { liveness: { periodSeconds: 20, timeoutSeconds: 5 } } },
      supervisor: { version: 1, defaults: { stop: { signal: 'SIGINT' }, limits: { maxMemory: '512M', nice: 5 } } },
      instance: {
        ...{ version: 1, restart: { policy: 'never' }, limits: { nice: 0, openFiles: 64 } },
        probes: { liveness: { periodSeconds: 3 }, readiness: false },
      },
    });
    expect(stop).toEqual({ signal: 'SIGINT', budgetMs: 45_000 });
    expect(limits).toEqual({ maxMemoryBytes: 512 * 1024 * 1024, openFiles: 64 });
    expect(probes.liveness).toMatchObject({ kind: 'ladder', periodMs: 3_000, timeoutMs: 5_000, failureThreshold: 3 });
    expect(probes.readiness).toBeNull();
    expect(restart.when).toBe('never');
  });

  it('begins a probe anew where a later layer names another kind, but for its times', () => {
    const { probes } = supervisionFrom({
      supervisor: { version: 1, defaults: { probes: { readiness: { kind: 'http', path: '/up', port: 80, periodSeconds: 7 } } } },
      instance: { version: 1, probes: { readiness: { kind: 'exec', command: ['true'] } } },
    });
    expect(probes.readiness).toEqual({
      ...{ kind: 'exec', command: ['true'], periodMs: 7_000, timeoutMs: 10_000, initialDelayMs: 0 },
      ...{ successThreshold: 1, failureThreshold: 3 },
    });
  });

  it('asks again where an earlier layer had said no', () => {
    const { probes } = supervisionFrom({
      supervisor: { version: 1, defaults: { probes: { liveness: false } } },
      instance: { version: 1, probes: { liveness: { kind: 'tcp' } } },
    });
    expect(probes.liveness).toMatchObject({ kind: 'tcp', periodMs: 10_000, failureThreshold: 3 });
  });

  it('reads sizes in units of 1024', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.constantFrom('', 'K', 'M', 'G'), (count, unit) => {
        expect(bytesOf(`${count}${unit}`)).toBe(count * 1024 ** ['', 'K', 'M', 'G'].indexOf(unit));
      }),
    );
  });
});

describe('settings that cannot be', () => {
  it('are all named, with key, value and what is allowed', () => {
    const issues = instanceSettingsIssues({
      version: 1,
      colour: 'red',
      limits: { maxMemory: 'much' },
      probes: { startup: { periodSeconds: 0, kind: 'smoke' }, liveness: 'yes' },
    });
    expect(Object.fromEntries(issues.map(({ path, message }) => [path, message]))).toEqual({
      colour: 'is not a known key',
      'limits.maxMemory': 'is "much", and must match ^[0-9]{1,12}[KMG]?$',
      'probes.startup.periodSeconds': 'is 0, and must be at least 0.1',
      'probes.startup.kind': 'is "smoke", and must be one of "ladder", "tcp", "http", "exec"',
      'probes.liveness': 'is "yes", and must be false or an object',
    });
  });

  it.each([
    ['exec without a command', { startup: { kind: 'exec' } }, 'probes.startup.command'],
    ['http without a path', { readiness: { kind: 'http' } }, 'probes.readiness.path'],
    ['a command of the ladder', { liveness: { command: ['true'] } }, 'probes.liveness.command'],
    ['a port of exec', { liveness: { kind: 'exec', command: ['true'], port: 80 } }, 'probes.liveness.port'],
    ['a path of tcp', { liveness: { kind: 'tcp', path: '/' } }, 'probes.liveness.path'],
    ['two successes for liveness', { liveness: { successThreshold: 2 } }, 'probes.liveness.successThreshold'],
    ['two successes for startup', { startup: { successThreshold: 2 } }, 'probes.startup.successThreshold'],
  ])('%s', (_, probes, path) => {
    expect(paths(instanceSettingsIssues({ version: 1, probes }))).toEqual([path]);
    expect(paths(supervisorSettingsIssues({ version: 1, defaults: { probes } }))).toEqual([`defaults.${path}`]);
  });

  it('name instances to wait for by product and profile, and never the instance itself', () => {
    const depends_on = { 'zero/main': 'healthy', rescue: 'started' };
    expect(paths(instanceSettingsIssues({ version: 1, depends_on }, 'zero/main'))).toEqual([
      'depends_on.zero/main',
      'depends_on.rescue',
    ]);
  });

  it('are none of these', () => {
    expect(instanceSettingsIssues({ version: 1, program: { command: ['x'] }, probes: { readiness: false } })).toEqual([]);
    expect(instanceSettingsIssues({ version: 1, probes: { readiness: { successThreshold: 3 } } })).toEqual([]);
    expect(supervisorSettingsIssues({ version: 1, metricsPort: 9090 })).toEqual([]);
  });
});
