import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { repoPath } from '../lib/files.mjs';
import { glob } from '../lib/glob.mjs';
import { loadTs } from '../lib/load-ts.mjs';
import { anchor, code, prose, table } from './docs/markdown.mjs';
import { fieldRows, typeText } from './docs/schema-rows.mjs';

/** Every page for readers: path to text without code blocks, in which "#" and "|" mean other things. */
const pages = new Map();

beforeAll(async () => {
  const top = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'].map((name) => repoPath(name));
  for (const file of [...top, ...(await glob(repoPath('docs'), (name) => name.endsWith('.md')))]) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) pages.set(file, text.replaceAll(/^```[\s\S]*?^```$/gm, ''));
  }
});

const anchorsOf = (text) => new Set([...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchor(heading)));

describe('the documentation', () => {
  it('links only to files and headings that exist', async () => {
    const dead = [];
    for (const [file, text] of pages) {
      for (const [, target] of text.replaceAll(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target)) continue;
        const [name, heading] = target.split('#');
        const to = name === '' ? file : path.resolve(path.dirname(file), name);
        const exists = await stat(to).catch(() => undefined);
        const known = heading === undefined || anchorsOf(pages.get(to) ?? '').has(`#${heading}`);
        if (!exists || !known) dead.push(`${path.relative(repoPath(), file)}: ${target}`);
      }
    }
    expect(dead).toEqual([]);
  });

  it('gives the reason for every dependency, at the version that is used', async () => {
    const workspace = await readFile(repoPath('pnpm-workspace.yaml'), 'utf8');
    const catalog = workspace.slice(
      workspace.indexOf('\ncatalog:\n'),
      workspace.indexOf('\n\n', workspace.indexOf('\ncatalog:\n')),
    );
    const entries = [...catalog.matchAll(/^ {2}"?([^\s":]+)"?: (\S+)/gm)];
    const reasons = pages.get(repoPath('docs/decisions/0003-dependencies.md')) ?? '';
    const missing = entries.filter(
      ([, name, version]) =>
        !reasons.split('\n').some((row) => row.startsWith('|') && row.includes(name) && row.includes(version)),
    );
    expect(entries.length).toBeGreaterThan(15);
    expect(missing.map(([line]) => line.trim())).toEqual([]);
  });

  it('names every finding about ports, at its level', async () => {
    const { FINDINGS } = await loadTs('packages/core/src/ports/findings.ts');
    const rows = [
      ...(pages.get(repoPath('docs/how-to/choose-ports.md')) ?? '').matchAll(/^\| `([a-z-]+)` +\| (conflict|warning) +\|/gm),
    ];
    expect(Object.fromEntries(rows.map(([, name, level]) => [name, level]))).toEqual(
      Object.fromEntries(Object.entries(FINDINGS).map(([name, { level }]) => [name, level])),
    );
  });

  it('has as many cells in every row of a table as in its head', () => {
    for (const [file, text] of pages) {
      let columns = 0;
      for (const line of text.split('\n')) {
        const cells = line.startsWith('|') ? line.replaceAll('\\|', '').split('|').length : 0;
        if (columns > 0 && cells > 0) expect(cells, `${file}: ${line}`).toBe(columns);
        columns = cells;
      }
    }
  });
});

describe('the pieces that reference pages are made of', () => {
  it('keep text what it is', () => {
    expect(table(['a', 'b'], [['x|y', 'one\ntwo']])).toBe('| a | b |\n| --- | --- |\n| x\\|y | one<br>two |');
    expect([code('a'), code('a`b')]).toEqual(['`a`', '`` a`b ``']);
    expect(prose('take <port> and `<b>`')).toBe('take \\<port> and `<b>`');
    expect([anchor('Exit codes of status'), anchor('connect.challenge'), anchor('PORT_TAKEN')]).toEqual([
      '#exit-codes-of-status',
      '#connectchallenge',
      '#port_taken',
    ]);
  });

  it('tell the fields of a schema, with those within', () => {
    const inner = { type: 'object', required: ['b'], properties: { b: { type: 'integer', minimum: 1, maximum: 9 } } };
    const schema = { type: 'object', properties: { a: { type: 'array', items: inner, description: 'Why' } } };
    expect(fieldRows(schema)).toEqual([
      ['a', 'list of objects', false, 'Why'],
      ['a[].b', '1 to 9', true, ''],
    ]);
    expect(typeText({ anyOf: [{ $ref: '#/$defs/Thing' }, { type: 'null' }] }, new Set(['Thing']))).toBe(
      '[Thing](#thing) or null',
    );
  });
});
