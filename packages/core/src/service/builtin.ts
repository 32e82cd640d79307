import type { ServiceDefinition } from './definition.ts';

const VERSION = 1;

/**
 * The text of a definition for Polygate's own supervisor: a JSON file that whoever looks after the machine can read, and the
 * supervisor starts the gateway by. It holds no secret.
 */
export function renderBuiltin({ environmentFile, account: _, ...definition }: ServiceDefinition): string {
  const { description, argv, workingDirectory, environment, notifies } = definition;
  const content = {
    version: VERSION,
    ...{ description, argv, workingDirectory, environment },
    ...(environmentFile === undefined ? {} : { environmentFile }),
    notifies,
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** Inverse of renderBuiltin. undefined for what is no definition of this version: whoever wrote it, nothing can be run by it. */
export function parseBuiltin(text: string): ServiceDefinition | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || value.version !== VERSION) return undefined;
  const { description, argv, workingDirectory, environment, environmentFile, notifies } = value;
  if (typeof description !== 'string' || typeof workingDirectory !== 'string' || typeof notifies !== 'boolean') return undefined;
  if (!Array.isArray(argv) || argv.length === 0 || !argv.every(isText)) return undefined;
  if (!isRecord(environment) || !Object.values(environment).every(isText)) return undefined;
  if (environmentFile !== undefined && typeof environmentFile !== 'string') return undefined;
  return {
    ...{ description, argv, workingDirectory, environment: { ...environment } as Record<string, string> },
    ...{ environmentFile, account: undefined, notifies },
  };
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
