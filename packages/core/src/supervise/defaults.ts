import type { InstanceSettings } from '../gen/instance-settings.gen.ts';
import type { ProbeRole } from './spec.ts';

/** The keys that say how an instance is kept alive, as settings files write them: seconds, sizes with a unit. */
export type SupervisionSettings = Pick<InstanceSettings, 'restart' | 'probes' | 'stop' | 'limits' | 'logs'>;

/** One probe as it is written. */
export type ProbeSettings = Exclude<NonNullable<NonNullable<SupervisionSettings['probes']>['startup']>, false>;

interface Defaults extends SupervisionSettings {
  probes: Record<ProbeRole, Required<Omit<ProbeSettings, 'path' | 'port' | 'command'>>>;
}

/**
 * What counts where neither an instance, nor the supervisor's own file, nor the product pack says more. Printed into
 * docs/reference/config.md. A first start of a real gateway takes 20 s and more, and one that is busy answers late: a watchdog
 * that is in a hurry ends healthy ones, so startup has two minutes and liveness half a minute.
 */
export const DEFAULT_SUPERVISION: Defaults = {
  restart: {
    policy: 'always',
    steadySeconds: 10,
    firstDelaySeconds: 0.25,
    maxDelaySeconds: 30,
    jitter: 0.2,
    loopDeaths: 6,
    loopWindowSeconds: 60,
    parkedRetrySeconds: 300,
  },
  probes: {
    startup: {
      kind: 'ladder',
      initialDelaySeconds: 0,
      periodSeconds: 0.25,
      timeoutSeconds: 10,
      successThreshold: 1,
      failureThreshold: 480,
    },
    readiness: {
      kind: 'ladder',
      initialDelaySeconds: 0,
      periodSeconds: 10,
      timeoutSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    },
    liveness: {
      kind: 'ladder',
      initialDelaySeconds: 0,
      periodSeconds: 10,
      timeoutSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    },
  },
  stop: { signal: 'SIGTERM', timeoutSeconds: 15 },
  limits: {},
  logs: { maxSize: '10M', keep: 5 },
};
