import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { unless } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { consoleSteps } from './support/console-blocks.ts';
import { follow, machineWithSystemd, worldWithClone } from './support/console-place.ts';
import { Pids } from './support/shown-output.ts';
import { whyNoBox } from './support/systemd-box.ts';
import { ROOT } from './support/world.ts';

const NOW = new Date().toISOString();

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

  it.each([
    ['another word', ['healthy: pid 4201'], 'parked: pid 77\n', false],
    ['a line too many', ['one'], 'one\ntwo\n', false],
    ['a line too few', ['one', 'two'], 'one\n', false],
    ['nothing where something is shown', ['one'], '', false],
    ['two processes where one is shown', ['pid 4201', 'pid 4201'], 'pid 7\npid 8\n', false],
    ['other times, pids and gaps', ['A  B', '2026-01-31T09:00:00.000Z pid 4201, 3 ms'], `A    B\n${NOW} pid 77, 12 ms\n`, true],
    ['lines that are left out', ['one', '…', 'end …'], 'one\ntwo\nthree\nend of it\n', true],
  ])('is compared: %s', (_, shown, printed, same) => {
    expect(new Pids().pattern(shown).test(printed)).toBe(same);
  });
});
