import type { TSchema } from 'typebox';
import { SCHEMA_VERSION } from '../../schema-version.ts';
import { anything, document, either, exactly, flag, list, mapOf, ref, shape, text, whole } from './shape.ts';

const versioned = { schemaVersion: exactly(SCHEMA_VERSION) };

/** What commands print that pass on what a gateway says. */
export const gatewayShapes: Record<string, TSchema> = {
  HealthDocument: document(
    {
      ...versioned,
      'ok?': exactly(true, 'The call was served; absent from a gateway that is still starting'),
      'ts?': whole('Milliseconds since 1970'),
      'durationMs?': whole(),
      'channels?': mapOf(anything()),
      'channelOrder?': list(text()),
      'channelLabels?': mapOf(text()),
      'heartbeatSeconds?': whole(),
      'defaultAgentId?': text(),
      'agents?': list(ref('AgentHealth')),
      'sessions?': anything(),
      'config?': anything('The config file as the gateway sees it'),
    },
    'What the method `health` answered. The fields are those of the reference gateway; others of the family add their own',
  ),
  AgentHealth: shape({
    agentId: text(),
    'name?': text(),
    'isDefault?': flag(),
    'heartbeat?': anything(),
    'sessions?': anything(),
  }),
  CallResult: anything('The result of the method as the gateway gave it, with nothing around it'),
  LogLine: either([ref('LogMeta'), ref('LogEntry'), ref('LogRaw')], 'One line; told apart by `type`'),
  LogMeta: shape(
    { type: exactly('meta'), ...versioned, file: text(), cursor: whole('Bytes read so far'), size: whole('In bytes') },
    'The first line',
  ),
  LogEntry: shape(
    { type: exactly('log'), 'time?': text(), 'level?': text(), message: text(), raw: text('As it stands in the file') },
    'A line of the log',
  ),
  LogRaw: shape({ type: exactly('raw'), raw: text() }, 'A line of the log that is no log entry'),
  UpEvent: shape(
    { ...versioned, time: text('ISO 8601'), instance: text('`product/profile`'), event: text('A sentence, for people') },
    'One line for each thing that happens',
  ),
};
