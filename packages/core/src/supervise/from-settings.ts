import type { InstanceSettings } from '../gen/instance-settings.gen.ts';
import type { SupervisorSettings } from '../gen/supervisor-settings.gen.ts';
import type { RestartPolicy } from './backoff.ts';
import { DEFAULT_SUPERVISION, type ProbeSettings, type SupervisionSettings } from './defaults.ts';
import {
  type InstanceSpec,
  type LimitSpec,
  type OutputSpec,
  PROBE_ROLES,
  type ProbeRole,
  type ProbeSpec,
  type ProbeSpecs,
  type StopSpec,
} from './spec.ts';

/** The parts of an InstanceSpec that settings decide. */
export interface Supervision extends Pick<InstanceSpec, 'restart' | 'probes' | 'stop' | 'limits' | 'dependsOn'> {
  output: Omit<OutputSpec, 'path'>;
}

export interface SettingsLayers {
  /** Of the product pack. */
  pack?: SupervisionSettings | undefined;
  /** Of the pack for the version of its program. */
  generation?: SupervisionSettings | undefined;
  supervisor?: SupervisorSettings | undefined;
  instance?: InstanceSettings | undefined;
}

/**
 * How an instance is kept alive: built-in defaults, then the product's and those of its version, then those of supervisor.json, then the instance's own;
 * the later one wins, key by key. A layer that names another kind of probe begins it anew, as path, port and command belong to
 * a kind. The layers have been checked (settingsIssues).
 */
export function supervisionFrom({ pack, generation, supervisor, instance }: SettingsLayers): Supervision {
  const layers: SupervisionSettings[] = [DEFAULT_SUPERVISION, pack, generation, supervisor?.defaults, instance].map(
    (layer) => layer ?? {},
  );
  const merged = <K extends 'restart' | 'stop' | 'limits' | 'logs'>(key: K): NonNullable<SupervisionSettings[K]> =>
    Object.assign({}, ...layers.map((layer) => layer[key]));
  return {
    restart: restartPolicy(merged('restart')),
    probes: probeSpecs(layers),
    stop: stopSpec(merged('stop')),
    limits: limitSpec(merged('limits')),
    output: outputSpec(merged('logs')),
    dependsOn: { ...(instance?.depends_on as InstanceSpec['dependsOn'] | undefined) },
  };
}

/** Bytes of `512M`, `64K`, `2G` (1024) or a plain number. */
export function bytesOf(size: string): number {
  const [, digits = '0', unit = ''] = /^([0-9]+)([KMG]?)$/.exec(size) ?? [];
  return Number(digits) * 1024 ** ' KMG'.indexOf(unit || ' ');
}

const ms = (seconds: number | undefined) => Math.round((seconds ?? 0) * 1000);

function restartPolicy(restart: NonNullable<SupervisionSettings['restart']>): RestartPolicy {
  const firstMs = ms(restart.firstDelaySeconds);
  return {
    when: restart.policy,
    steadyMs: ms(restart.steadySeconds),
    firstMs,
    highestMs: Math.max(firstMs, ms(restart.maxDelaySeconds)),
    jitter: restart.jitter ?? 0,
    loopDeaths: restart.loopDeaths ?? 1,
    loopWindowMs: ms(restart.loopWindowSeconds),
    parkedRetryMs: ms(restart.parkedRetrySeconds),
  };
}

function probeSpecs(layers: readonly SupervisionSettings[]): ProbeSpecs {
  return Object.fromEntries(PROBE_ROLES.map((role) => [role, probeSpec(layers, role)])) as ProbeSpecs;
}

function probeSpec(layers: readonly SupervisionSettings[], role: ProbeRole): ProbeSpec | null {
  const probe = layers.reduce<ProbeSettings | false>((before, { probes }) => laid(before, probes?.[role], role), false);
  if (probe === false) return null;
  const { kind = 'ladder', path, port, command } = probe;
  return {
    kind,
    initialDelayMs: ms(probe.initialDelaySeconds),
    periodMs: ms(probe.periodSeconds),
    timeoutMs: ms(probe.timeoutSeconds),
    successThreshold: probe.successThreshold ?? 1,
    failureThreshold: probe.failureThreshold ?? 1,
    ...(path === undefined ? {} : { path }),
    ...(port === undefined ? {} : { port }),
    ...(command === undefined ? {} : { command }),
  };
}

/** A layer over those before it. One that asks where an earlier one asked nothing begins with the built-in times. */
function laid(before: ProbeSettings | false, next: ProbeSettings | false | undefined, role: ProbeRole): ProbeSettings | false {
  if (next === undefined || next === false) return next ?? before;
  const base: ProbeSettings = before === false ? DEFAULT_SUPERVISION.probes[role] : before;
  if (next.kind === undefined || next.kind === base.kind) return { ...base, ...next };
  const { path, port, command, ...times } = base;
  return { ...times, ...next };
}

const stopSpec = ({ signal = 'SIGTERM', timeoutSeconds }: NonNullable<SupervisionSettings['stop']>): StopSpec => ({
  signal,
  budgetMs: ms(timeoutSeconds),
});

const limitSpec = ({ maxMemory, nice, openFiles }: NonNullable<SupervisionSettings['limits']>): LimitSpec => ({
  ...(maxMemory === undefined ? {} : { maxMemoryBytes: bytesOf(maxMemory) }),
  ...(nice === undefined || nice === 0 ? {} : { nice }),
  ...(openFiles === undefined ? {} : { openFiles }),
});

const outputSpec = ({ maxSize, keep }: NonNullable<SupervisionSettings['logs']>): Omit<OutputSpec, 'path'> => ({
  maxBytes: bytesOf(maxSize ?? '0'),
  keep: keep ?? 0,
});
