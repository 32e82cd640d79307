import Type from 'typebox';
import { anything, exactly, flag, list, type MethodDefinition, mapOf, orNull, ref, shape, text, whole } from '../shape.ts';

const scope = 'operator.admin';
const base = { 'baseHash?': text('Hash of what the change starts from (config.get); needed where there is a config') };
const raw = text('The whole file, JSON5. Placeholders of config.get stand for the secrets that are there');

export const configGet: MethodDefinition = {
  name: 'config.get',
  summary: 'The config file as it is on disk, its secrets replaced by a placeholder.',
  scope: 'operator.read',
  params: shape({}),
  result: shape({
    path: text(),
    exists: flag(),
    hash: text('SHA-256 of the file, in hex'),
    config: orNull(anything()),
    valid: flag(),
    issues: list(ref('ConfigIssue')),
  }),
};

export const configSet: MethodDefinition = {
  name: 'config.set',
  summary: 'Replaces the config file. What is not valid is refused whole; what is taken over and when follows gateway.reload.',
  scope,
  params: shape({ raw, ...base }),
  result: ref('ConfigWritten'),
};

export const configPatch: MethodDefinition = {
  name: 'config.patch',
  summary: 'Changes keys of the config file by a merge patch (RFC 7396); comments and layout stay.',
  scope,
  params: shape({ patch: mapOf(anything()), ...base }),
  result: ref('ConfigWritten'),
};

export const configApply: MethodDefinition = {
  name: 'config.apply',
  summary:
    'Replaces the config file and takes it over now: by a restart in place where one is needed, whatever gateway.reload says.',
  scope,
  params: shape({
    raw,
    ...base,
    'restartDelayMs?': Type.Integer({ minimum: 0, maximum: 600_000, description: 'Time before the restart (0)' }),
  }),
  result: shape({
    ok: exactly(true),
    path: text(),
    hash: text(),
    config: anything('As it is now, without secrets'),
    restart: shape({ scheduled: flag('It restarts in place'), delayMs: whole(), reasons: list(text(), 'Keys that need it') }),
    pending: list(text(), 'Keys that only a new process takes over'),
  }),
};

export const configSchema: MethodDefinition = {
  name: 'config.schema',
  summary: 'The JSON Schema of the config file.',
  scope,
  params: shape({}),
  result: shape({ schema: mapOf(anything()), version: text('Of the gateway') }),
};
