import { Problem, type Validator } from '@polygate/core';
import type { Files } from '../ports.ts';

export interface JsonFileKind {
  /** What it is, for messages: `the ledger`. */
  what: string;
  version: number;
  /** Asked for when there is a file. */
  validator: () => Validator | Promise<Validator>;
  /** From each older version that is still read, to the next one. */
  migrations?: Readonly<Record<number, (older: Record<string, unknown>) => Record<string, unknown>>>;
}

/**
 * Reads one of Polygate's own JSON files; one of an older version is brought up to date. undefined when there is none.
 * @throws Problem FILE_CORRUPT, or FILE_FROM_FUTURE when a newer Polygate wrote it.
 */
export async function readJsonFile<T>(files: Files, file: string, kind: JsonFileKind): Promise<T | undefined> {
  const text = await files.read(file);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = migrated(JSON.parse(text), kind);
  } catch (error) {
    throw new Problem('FILE_CORRUPT', { file, what: kind.what, reason: (error as Error).message }, { cause: error });
  }
  const version = (value as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version > kind.version) {
    throw new Problem('FILE_FROM_FUTURE', { file, version, supported: kind.version });
  }
  const validate = await kind.validator();
  if (!validate(value)) {
    const [first] = validate.errors ?? [];
    const reason = first ? `${first.instancePath || 'it'} ${first.message ?? first.keyword}` : 'it has another shape';
    throw new Problem('FILE_CORRUPT', { file, what: kind.what, reason });
  }
  return value as T;
}

function migrated(value: unknown, { migrations = {} }: JsonFileKind): unknown {
  let current = value as { version?: unknown } | null;
  for (;;) {
    const version = current?.version;
    const migrate = typeof version === 'number' && Object.hasOwn(migrations, version) ? migrations[version] : undefined;
    if (!migrate) return current;
    current = migrate(current as Record<string, unknown>);
  }
}

export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
