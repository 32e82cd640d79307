import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { commandLines } from '../../e2e/support/console-blocks.ts';
import { parseLine } from '../../packages/cli/src/argv.ts';
import { COMMANDS } from '../../packages/cli/src/commands/index.ts';
import { parseOptions } from '../../packages/cli/src/parse-options.ts';
import { repoPath } from '../lib/files.mjs';
import { glob } from '../lib/glob.mjs';

it('the documentation has only commands and options that exist', async () => {
  const wrong = [];
  let count = 0;
  for (const page of await glob(repoPath(), (name) => name.endsWith('.md'))) {
    const file = path.relative(repoPath(), page);
    const text = await readFile(page, 'utf8');
    for (const { at, command } of commandLines(file, text)) {
      for (const [program, argv] of ours(command)) {
        count += 1;
        try {
          const line = parseLine(argv, COMMANDS);
          if (line.command) parseOptions(line.command, program, line.rest);
          else if (!line.help) wrong.push(`${at}: no such command: ${command}`);
        } catch (error) {
          wrong.push(`${at}: ${command}: ${error.message}`);
        }
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(count).toBeGreaterThan(50);
});

/** The commands of ours in a line of shell: program and arguments. */
function ours(line) {
  return line
    .replace(/(^|\s)#.*$/, '')
    .split(/\s*(?:&&|\|\||[|;])\s*/)
    .flatMap((part) => {
      const words = [...part.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) => word.replaceAll(/['"]/g, ''));
      const at = words.findIndex((word) => !/^[A-Z_]+=|^sudo$|^exec$|^\w+\)$/.test(word));
      const program = words[at] ?? '';
      if (program !== 'zero' && program !== 'polygate') return [];
      const argv = words.slice(at + 1);
      const redirect = argv.findIndex((word) => /^\d?[<>]|^&$/.test(word));
      return [[program, redirect < 0 ? argv : argv.slice(0, redirect)]];
    });
}
