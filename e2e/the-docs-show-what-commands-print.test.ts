import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { unless } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { parseLine } from '../packages/cli/src/argv.ts';
import { COMMANDS } from '../packages/cli/src/commands/index.ts';
import { parseOptions } from '../packages/cli/src/parse-options.ts';
import { commandLines, consoleSteps } from './support/console-blocks.ts';
import { follow, machineWithSystemd, worldWithClone } from './support/console-place.ts';
import { whyNoBox } from './support/systemd-box.ts';
import { ROOT } from './support/world.ts';

const pages = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.split(path.sep).join('/')}`),
].map((file) => ({ file, text: readFileSync(path.join(ROOT, file), 'utf8') }));

describe('what the documentation shows', () => {
  for (const { file, text } of pages) {
    const steps = consoleSteps(file, text);
    if (steps.length === 0) continue;
    const systemd = text.includes('<!-- console: systemd -->');
    const whyNot = systemd ? whyNoBox() : undefined;
    it.skipIf(whyNot !== undefined)(
      unless(whyNot, `${file}: every command prints what stands below it`),
      async () => {
        await follow(steps, systemd ? await machineWithSystemd() : await worldWithClone());
      },
      400_000,
    );
  }

  it('has only commands and options that exist', () => {
    const wrong: string[] = [];
    let count = 0;
    for (const { file, text } of pages) {
      for (const { at, command } of commandLines(file, text)) {
        for (const [program, argv] of ours(command)) {
          count += 1;
          try {
            const line = parseLine(argv, COMMANDS);
            if (line.command) parseOptions(line.command, program, line.rest);
            else if (!line.help) wrong.push(`${at}: no such command: ${command}`);
          } catch (error) {
            wrong.push(`${at}: ${command}: ${(error as Error).message}`);
          }
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(50);
  });
});

/** The commands of ours in a line of shell: program and arguments. */
function ours(line: string): [program: string, argv: string[]][] {
  return line
    .replace(/(^|\s)#.*$/, '')
    .split(/\s*(?:&&|\|\||[|;])\s*/)
    .flatMap((part): [string, string[]][] => {
      const words = [...part.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) => word.replaceAll(/['"]/g, ''));
      const at = words.findIndex((word) => !/^[A-Z_]+=|^sudo$|^exec$|^\w+\)$/.test(word));
      const program = words[at] ?? '';
      if (program !== 'zero' && program !== 'polygate') return [];
      const argv = words.slice(at + 1);
      const redirect = argv.findIndex((word) => /^\d?[<>]|^&$/.test(word));
      return [[program, redirect < 0 ? argv : argv.slice(0, redirect)]];
    });
}
