import type { Issue } from '../errors/catalogue.ts';
import { validateInstanceSettings } from '../gen/instance-settings.validator.gen.ts';
import { validateSupervisorSettings } from '../gen/supervisor-settings.validator.gen.ts';
import { isUnknownKey, schemaIssues } from '../schema-issues.ts';
import type { SchemaError, Validator } from '../validator.ts';
import type { SupervisionSettings } from './defaults.ts';
import { probeIssues } from './probe-issues.ts';

/** Everything that is wrong with the settings of an instance: key, value and what it must be. Empty when they can be used. */
export function instanceSettingsIssues(value: unknown, id?: string): Issue[] {
  const issues = shapeIssues(validateInstanceSettings, value);
  if (issues.length > 0) return issues;
  const settings = value as SupervisionSettings & { depends_on?: Record<string, string> };
  return [...probeIssues(settings.probes, 'probes'), ...dependencyIssues(settings.depends_on, id)];
}

/** The same for supervisor.json. */
export function supervisorSettingsIssues(value: unknown): Issue[] {
  const issues = shapeIssues(validateSupervisorSettings, value);
  if (issues.length > 0) return issues;
  return probeIssues((value as { defaults?: SupervisionSettings }).defaults?.probes, 'defaults.probes');
}

function dependencyIssues(dependsOn: Record<string, string> | undefined, id: string | undefined): Issue[] {
  return Object.keys(dependsOn ?? {}).flatMap((other) => {
    const path = `depends_on.${other}`;
    if (other === id) return [{ path, message: 'is this instance itself' }];
    return /^[^/]+\/[^/]+$/.test(other) ? [] : [{ path, message: 'is not the name of an instance (product/profile)' }];
  });
}

function shapeIssues(validate: Validator, value: unknown): Issue[] {
  if (validate(value)) return [];
  const errors = withoutUnions(validate.errors ?? [], value);
  return schemaIssues(errors).map((issue, index) => withValue(issue, errors[index] as SchemaError, value));
}

/** Of a value that may be of two kinds, only what is wrong by the kind that it is of. */
function withoutUnions(errors: readonly SchemaError[], value: unknown): SchemaError[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf').map(({ instancePath }) => instancePath);
  const isUnion = (path: string) => unions.includes(path);
  return errors.filter(({ instancePath, keyword }) => {
    if (!isUnion(instancePath)) return true;
    if (typeof valueAt(value, instancePath) === 'object') return keyword !== 'anyOf' && keyword !== 'const' && keyword !== 'type';
    return keyword === 'anyOf';
  });
}

function withValue({ path, message }: Issue, error: SchemaError, value: unknown): Issue {
  if (isUnknownKey(error) || error.keyword === 'required') return { path, message };
  const found = valueAt(value, error.instancePath);
  const shown = JSON.stringify(found) ?? 'nothing';
  const must = error.keyword === 'anyOf' ? `must be ${path === 'program' ? '"reference"' : 'false'} or an object` : message;
  return { path, message: `is ${shown.length > 80 ? `${shown.slice(0, 79)}…` : shown}, and ${must}` };
}

function valueAt(value: unknown, pointer: string): unknown {
  const keys = pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  return keys.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], value);
}
