import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Finished } from '@polygate/testkit';
import { expect } from 'vitest';

/** As setup makes them. */
const MADE = /"?token"?\s*:\s*"([0-9a-f]{48})"/g;

/** The tokens of all profiles of a home. */
function tokensIn(home: string): string[] {
  const tokens: string[] = [];
  for (const folder of entries(home).filter((name) => name.startsWith('.'))) {
    for (const file of entries(path.join(home, folder)).filter((name) => name.endsWith('.json'))) {
      const text = read(path.join(home, folder, file));
      tokens.push(...[...text.matchAll(MADE)].map(([, token]) => token as string));
    }
  }
  return tokens;
}

/** Expects that no token of a profile of this home is in what a command printed: each of them is a canary. Gives that back. */
export function withoutSecrets(home: string, finished: Finished): Finished {
  const printed = finished.stdout + finished.stderr;
  expect(tokensIn(home).filter((token) => printed.includes(token))).toEqual([]);
  return finished;
}

/** The folders and files there: a pipe that a story laid down would be waited for. */
function entries(folder: string): string[] {
  try {
    const found = readdirSync(folder, { withFileTypes: true });
    return found.filter((entry) => entry.isDirectory() || entry.isFile()).map(({ name }) => name);
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
