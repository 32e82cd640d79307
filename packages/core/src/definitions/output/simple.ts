import type { TSchema } from 'typebox';
import { ORIGINS } from '../../instance/origin.ts';
import { SCHEMA_VERSION } from '../../schema-version.ts';
import {
  anything,
  document,
  either,
  exactly,
  type Fields,
  list,
  mapOf,
  oneOf,
  orNull,
  ref,
  shape,
  text,
  whole,
} from './shape.ts';

/** What every document that tells of a success begins with. */
export const done: Fields = {
  ok: exactly(true),
  schemaVersion: exactly(SCHEMA_VERSION),
};
const sourced: Fields = {
  value: orNull(either([text(), whole()])),
  origin: oneOf(ORIGINS, 'Strongest first'),
  source: text('The option, variable or key that set it'),
};

/** The documents of commands that look, and the failure that any command may print. */
export const simpleShapes: Record<string, TSchema> = {
  FailureDocument: shape(
    { ok: exactly(false), schemaVersion: exactly(SCHEMA_VERSION), error: ref('Failure') },
    'A failure, from any command. Among the lines of a stream it is one line',
  ),
  Failure: shape({
    code: text('Stable: scripts may match on it'),
    message: text('What is wrong, with the value that is; no secret'),
    hint: text('What to type or do next'),
    'details?': mapOf(anything(), 'Values that scripts may want, by code'),
  }),
  HelpDocument: shape({ ...done, help: text('As it is printed for people') }, 'What `--help` prints, on every command'),
  VersionDocument: document({ ...done, version: text(), node: text('Version of the Node.js that runs it') }),
  CompletionDocument: document({ ...done, shell: text(), script: text() }),
  PathsDocument: document({
    ...done,
    instance: ref('InstanceDocument'),
    values: mapOf(ref('OriginValue'), 'By name: `stateDir`, `ports.gateway`, `bind` …'),
    dropped: list(
      ref('DroppedVariable'),
      'Variables of the environment that were ignored: they belong to another profile or product',
    ),
    'ignoredConfig?': list(text(), 'Why nothing of the config counts, where it cannot be read'),
  }),
  OriginValue: shape(
    { ...sourced, 'overridden?': list(ref('OverriddenValue'), 'What it prevailed over') },
    'A value and where it comes from',
  ),
  OverriddenValue: shape(sourced),
  DroppedVariable: shape({ variable: text(), value: text('`***` for a secret'), reason: text() }),
  InstanceListDocument: document({
    ...done,
    instances: list(ref('InstanceRow')),
    'unfinished?': orNull(ref('UnfinishedChange'), 'In `profiles list`'),
  }),
};
