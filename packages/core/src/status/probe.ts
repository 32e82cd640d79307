/** The rungs of the probe ladder, from the bottom. Each proves more than the one before. */
export const RUNGS = ['tcp', 'http', 'challenge', 'hello', 'identity', 'rpc'] as const;
export type Rung = (typeof RUNGS)[number];

/**
 * What a probe found, in one word:
 * ok all that was asked is fine · closed nothing listens · not-a-gateway it listens and speaks something else ·
 * silent it accepts and does not answer in time · starting it says that it is not ready · unauthorized the secret was
 * refused · protocol no common protocol version · wrong-instance a gateway, but of another state directory ·
 * rpc-failed calls are not answered
 */
export const PROBE_OUTCOMES = [
  'ok',
  'closed',
  'not-a-gateway',
  'silent',
  'starting',
  'unauthorized',
  'protocol',
  'wrong-instance',
  'rpc-failed',
] as const;
export type ProbeOutcome = (typeof PROBE_OUTCOMES)[number];

export type { ProbeReport, RungResult } from '../gen/output.gen.ts';
