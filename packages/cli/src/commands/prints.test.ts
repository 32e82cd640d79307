import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { SCHEMA_VERSION } from '@polygate/core';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from './index.ts';

const ROOT = path.resolve(import.meta.dirname, '../../../..');
const published = readdirSync(path.join(ROOT, 'docs/reference/schemas/output'))
  .filter((file) => file.endsWith('.schema.json'))
  .map((file) => file.replace('.schema.json', ''));

describe('what commands print with --json', () => {
  it.each(COMMANDS.map((command) => [command.path.join(' '), command] as const))('%s names its schema', (_, { prints }) => {
    expect(prints.length).toBeGreaterThan(0);
    expect(published).toEqual(expect.arrayContaining([...prints]));
  });

  it('is every schema that is published, with the failure and the help of all', () => {
    const named = new Set<string>(['failure', 'help', ...COMMANDS.flatMap(({ prints }) => prints)]);
    expect([...named].sort()).toEqual([...published].sort());
  });

  // The entry runs before Node is known to understand the rest: it cannot import the version.
  it('has the same version in the entry of the command', () => {
    const entry = readFileSync(path.join(ROOT, 'packages/cli/bin/polygate.cjs'), 'utf8');
    expect(entry).toContain(`schemaVersion: ${SCHEMA_VERSION},`);
  });
});
