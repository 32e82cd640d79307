/** The rungs of the probe ladder, from the bottom. Each proves more than the one before. */
export const RUNGS = ['tcp', 'http', 'challenge', 'hello', 'identity', 'rpc'] as const;
export type Rung = (typeof RUNGS)[number];

export interface RungResult {
  rung: Rung;
  ok: boolean;
  /** Milliseconds this rung took. */
  ms: number;
  detail?: string;
}

/**
 * What a probe found, in one word:
 * ok all that was asked is fine · closed nothing listens · not-a-gateway it listens and speaks something else ·
 * silent it accepts and does not answer in time · starting it says that it is not ready · unauthorized the secret was
 * refused · protocol no common protocol version · wrong-instance a gateway, but of another state directory ·
 * rpc-failed calls are not answered
 */
export type ProbeOutcome =
  | 'ok'
  | 'closed'
  | 'not-a-gateway'
  | 'silent'
  | 'starting'
  | 'unauthorized'
  | 'protocol'
  | 'wrong-instance'
  | 'rpc-failed';

export interface ProbeReport {
  url: string;
  outcome: ProbeOutcome;
  rungs: RungResult[];
  /** Why it ended where it did; one line, no secret. */
  reason?: string;
  /** What hello-ok told about the gateway. */
  server?: { version: string; stateDir?: string; configPath?: string; uptimeMs?: number; host?: string };
  retryAfterMs?: number;
}
