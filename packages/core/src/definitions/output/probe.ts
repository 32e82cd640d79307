import type { TSchema } from 'typebox';
import { SCHEMA_VERSION } from '../../schema-version.ts';
import { PROBE_OUTCOMES, RUNGS } from '../../status/probe.ts';
import { anything, decimal, either, exactly, flag, list, oneOf, orNull, ref, shape, text, whole } from './shape.ts';

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
    'linkChannel?': ref('LinkChannel'),
  }),
  ReachDocument: shape(
    {
      schemaVersion: exactly(SCHEMA_VERSION),
      ok: flag('At least one of them was reached'),
      ts: whole('Milliseconds since 1970'),
      durationMs: whole(),
      timeoutMs: whole('What all of it may take'),
      primaryTargetId: orNull(text(), 'The first that was reached'),
      warnings: list(either([ref('ReachWarning'), text()]), 'As text: what the command itself warns of'),
      network: shape({
        localLoopbackUrl: text(),
        localTailnetUrl: orNull(text()),
        tailnetIPv4: orNull(text(), 'Of this machine'),
      }),
      discovery: shape(
        { timeoutMs: whole(), count: whole(), beacons: list(anything()) },
        'Gateways that announce themselves; they are not looked for',
      ),
      targets: list(ref('ReachTarget')),
    },
    'Which gateways can be reached from here, in the shape that the family prints',
  ),
  ReachWarning: shape({ code: text(), message: text(), 'targetIds?': list(text()) }),
  ReachTarget: shape({
    id: text(),
    kind: oneOf(['explicit', 'configRemote', 'localLoopback'], 'Given with --url, named in the config, or of this instance'),
    url: text(),
    active: flag('It is the one that commands talk to'),
    tunnel: orNull(anything()),
    connect: shape({
      ok: flag('It said hello'),
      latencyMs: orNull(whole('From the first packet to hello')),
      error: orNull(text()),
      close: orNull(shape({ code: whole(), reason: text() })),
      outcome: oneOf(PROBE_OUTCOMES),
    }),
    self: orNull(shape({ 'host?': text(), 'ip?': text(), 'version?': text(), 'platform?': text() })),
    config: orNull(anything(), 'What it says of its config'),
    health: orNull(anything()),
    summary: orNull(anything(), 'What `status` answers'),
    presence: orNull(list(anything())),
  }),
};
