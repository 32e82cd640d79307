import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { repoPath } from '../lib/files.mjs';
import { RUNBOOK } from './docs/runbook-rows.mjs';

const rows = RUNBOOK.flatMap(([section, list]) => list.map(([asked, ...proofs]) => ({ section, asked, proofs })));
const proofs = rows.flatMap((row) => row.proofs.map(([file, title]) => ({ ...row, file, title })));

/** True where a test, or a group of them, has a title that begins so. */
function hasTitle(source, title) {
  const words = title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`\\b(it|test|describe)\\b[^;]*?\\(\\s*(unless\\(\\s*\\w+,\\s*)?['"\`]${words}`).test(source);
}

describe('every point of the operations guide', () => {
  it('is there, once, with what proves it', () => {
    expect(rows.length).toBeGreaterThan(100);
    const named = rows.map(({ section, asked }) => `${section}: ${asked}`);
    expect([...new Set(named)]).toEqual(named);
    for (const { asked, proofs: given } of rows) expect(given.length, asked).toBeGreaterThan(0);
  });

  it('is proven by a test that exists, in a file that exists', async () => {
    const missing = [];
    for (const { asked, file, title } of proofs) {
      const source = await readFile(repoPath(file), 'utf8').catch(() => '');
      if (title.length < 10 || !hasTitle(source, title)) missing.push(`${asked} → ${file}: ${title}`);
    }
    expect(missing).toEqual([]);
  });
});
