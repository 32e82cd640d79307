import type { TSchema } from 'typebox';
import { PROBE_OUTCOMES, RUNGS } from '../../status/probe.ts';
import { decimal, flag, list, oneOf, ref, shape, text, whole } from './shape.ts';

/** What the probe ladder found. */
export const probeShapes: Record<string, TSchema> = {
  ProbeReport: shape(
    {
      url: text('What was asked'),
      outcome: oneOf(PROBE_OUTCOMES, 'What was found, in one word'),
      rungs: list(ref('RungResult'), 'From the bottom up to the first that failed; `http` may fail without ending the ladder'),
      'reason?': text('Why it ended where it did; one line, no secret'),
      'server?': ref('ProbedServer', 'What the gateway said of itself'),
      'retryAfterMs?': whole('Milliseconds after which a gateway that starts wants to be asked again'),
    },
    'What a probe of a gateway found',
  ),
  RungResult: shape(
    {
      rung: oneOf(RUNGS),
      ok: flag(),
      ms: decimal('Milliseconds that this rung took'),
      'detail?': text('What was seen; one line'),
    },
    'One rung of the probe ladder; each proves more than the one before',
  ),
  ProbedServer: shape({
    version: text(),
    'host?': text(),
    'stateDir?': text(),
    'configPath?': text(),
    'uptimeMs?': whole(),
  }),
};
