import type { TSchema } from 'typebox';
import { anything, document, flag, list, oneOf, orNull, ref, shape, text, whole } from './shape.ts';
import { done } from './simple.ts';

const file = { path: text(), hash: text('SHA-256 of the file, in hex') };

/** The config file of an instance, and the configs that its gateway was well with. */
export const configShapes: Record<string, TSchema> = {
  ConfigDocument: document({
    ...done,
    ...file,
    exists: flag(),
    'key?': text('What was asked for, where it was not the whole'),
    config: orNull(anything(), 'The config, or the value of the key; secrets are replaced by `__REDACTED__`'),
    valid: flag(),
    issues: list(ref('Issue')),
  }),
  ConfigCheckDocument: document({
    ...done,
    ...file,
    exists: flag(),
    valid: flag('Exit code 78 when it is not'),
    issues: list(ref('Issue')),
    unknown: list(ref('Issue'), 'Keys that this version does not know'),
  }),
  ConfigChangeDocument: document({
    ...done,
    ...file,
    action: oneOf(['set', 'unset', 'unchanged', 'rolled-back']),
    'key?': text(),
    'backup?': text('Where the former version is'),
    message: text(),
  }),
  ConfigHistoryDocument: document({
    ...done,
    ...file,
    good: list(ref('NumberedConfig'), 'The newest first, five at most'),
    'wentBack?': ref('WentBackRow'),
  }),
  NumberedConfig: shape({
    number: whole('What `config rollback` takes'),
    hash: text('SHA-256, in hex'),
    at: text('ISO 8601'),
    file: text('Where a copy of it is'),
    present: flag('The config file is this one now'),
  }),
};
