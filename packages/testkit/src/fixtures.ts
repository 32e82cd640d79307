import { readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..', '..', '..', 'fixtures');

/** Path of a file below fixtures/. */
export function fixturePath(...parts: string[]): string {
  return path.join(ROOT, ...parts);
}

/** What a tool printed, as captured under fixtures/readings; the line that says where it was captured is left out. */
export function reading(tool: string, name: string): string {
  const text = readFileSync(fixturePath('readings', tool, `${name}.txt`), 'utf8');
  const [first = ''] = text.split('\n', 1);
  if (!first.startsWith('# ')) throw new Error(`${tool}/${name}.txt does not say where it was captured`);
  return text.slice(first.length + 1);
}
