import type { TSchema } from 'typebox';
import { SCHEMA_VERSION } from '../../schema-version.ts';
import {
  anything,
  document,
  either,
  exactly,
  type Fields,
  flag,
  list,
  mapOf,
  oneOf,
  orNull,
  ref,
  shape,
  text,
  whole,
} from './shape.ts';

const versioned = { schemaVersion: exactly(SCHEMA_VERSION) };

const logOf: Fields = {
  'instance?': text('`product/profile`; where files are read'),
  'source?': oneOf(['gateway', 'console'], "The gateway's own log, or what the supervisor caught of its output"),
};

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
      'linkChannel?': orNull(ref('LinkChannel')),
      'config?': anything('The config file as the gateway sees it'),
    },
    'What the method `health` answered. The fields are those of the reference gateway; others of the family add their own',
  ),
  LinkChannel: shape(
    {
      id: text(),
      label: text(),
      linked: flag(),
      authAgeMs: orNull(whole('Since the other side took it for that account last')),
    },
    'The first channel by which messages come and go; null where there is none',
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
    { type: exactly('meta'), ...versioned, file: text(), cursor: whole('Bytes read so far'), size: whole('In bytes'), ...logOf },
    'The first line; where files are read, one for each log',
  ),
  LogEntry: shape(
    {
      ...{ type: exactly('log'), 'time?': text(), 'level?': text(), message: text(), raw: text('As it stands in the file') },
      ...logOf,
    },
    'A line of the log',
  ),
  LogRaw: shape(
    {
      ...{ type: exactly('raw'), raw: text(), 'time?': text('ISO 8601; that of the line before it where it has none') },
      ...logOf,
    },
    'A line of the log that is no log entry',
  ),
  UpEvent: shape(
    { ...versioned, time: text('ISO 8601'), instance: text('`product/profile`'), event: text('A sentence, for people') },
    'One line for each thing that happens',
  ),
};
