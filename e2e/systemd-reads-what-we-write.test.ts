import path from 'node:path';
import type { ServiceDefinition } from '@polygate/core';
import { parseUnit, readUnit, renderEnvFile, renderUnit, systemUnit, userUnit } from '@polygate/core/service';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SystemdBox, whyNoBox } from './support/systemd-box.ts';
import { ROOT } from './support/world.ts';

const reason = whyNoBox();
const TELLER = path.join(ROOT, 'e2e/support/units-told.mjs');
let box: SystemdBox;

interface Case {
  unit: string;
  definition: ServiceDefinition;
  /** What the environment file of the definition holds. */
  secrets: Record<string, string>;
}

/** What systemd made of a unit: bytes. */
interface Told {
  argv: Buffer;
  environ: Buffer;
  cwd: Buffer;
  description: Buffer;
}

const HOSTILE = '%$"\'\\ \t{}[]*?;#=-@:!|~`<>&()^,.n0xéß語🦊\u00a0\u2028\u0301\ufeff';
const hostile = fc.string({ unit: fc.constantFrom(...HOSTILE), maxLength: 16 });
const anyText = fc.oneof(
  hostile,
  fc.string({ unit: 'binary', maxLength: 24 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom('', ' ', '%', '%%', '%n', '$', '$$', '${HOME}', '$HOME', ';', '\\', '\\\\', '"', "'", '-', '#', '~', '🦊'),
);
const long = fc.constantFrom('x', '%', '$', '"', '\\', "'", ' ', '語', '🦊').map((c) => c.repeat(4096 / Buffer.byteLength(c)));
const text = fc.oneof({ weight: 12, arbitrary: anyText }, { weight: 1, arbitrary: long });
/** One part of a path, as a file system takes it. */
const part = anyText
  .map((s) => s.replaceAll(/[/\0]/g, '_'))
  .filter((s) => s !== '' && s !== '.' && s !== '..' && Buffer.byteLength(s) < 240);
const deep = part.map((s) => {
  const parts = [s];
  while (Buffer.byteLength(parts.join('/')) < 3500) parts.push('d'.repeat(200));
  return parts.join('/');
});
const name = fc
  .stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,12}$/)
  .filter((s) => !/^(HOME|PATH|USER|SHELL|LOGNAME|LANG|PWD|DUMP)$/.test(s));

interface Raw {
  description: string;
  program: string;
  args: string[];
  directory: string;
  environment: Record<string, string>;
  file: string;
  secrets: Record<string, string>;
}
const raw: fc.Arbitrary<Raw> = fc.record({
  description: text,
  program: part,
  args: fc.array(text, { maxLength: 5 }),
  directory: fc.oneof({ weight: 12, arbitrary: part }, { weight: 1, arbitrary: deep }),
  environment: fc.dictionary(name, text, { maxKeys: 4 }),
  file: part,
  secrets: fc.dictionary(
    name.map((s) => `S_${s}`),
    text,
    { maxKeys: 3 },
  ),
});

/** Those that are not refused, until there are `count`. A value that is refused takes its whole case along: they are small. */
function accepted(
  count: number,
  seed: number,
  home: string,
  out: string,
  isSystem: boolean,
): { cases: Case[]; links: string[][] } {
  const cases: Case[] = [];
  const links: string[][] = [];
  for (const [i, { description, program, args, directory, environment, file, secrets }] of fc
    .sample(raw, { numRuns: count * 4, seed })
    .entries()) {
    if (cases.length === count) break;
    const unit = `told-${i}.service`;
    const place = `${home}/${i}`;
    const definition: ServiceDefinition = {
      description,
      argv: [`${place}/bin/${program}`, ...args],
      workingDirectory: `${place}/cwd/${directory}`,
      environment: { ...environment, DUMP: `${out}/${unit}` },
      environmentFile: `${place}/etc/${file}`,
      account: isSystem ? 'tester' : undefined,
      notifies: false,
    };
    try {
      renderUnit(userUnit(definition));
      renderEnvFile(secrets);
    } catch (error) {
      if ((error as { code?: string }).code !== 'VALUE_UNQUOTABLE') throw error;
      continue;
    }
    cases.push({ unit, definition, secrets });
    links.push([definition.argv[0] as string, `${home}/dump`]);
  }
  return { cases, links };
}

/** Leaves what it was started with behind, and ends with 78, after which nothing starts it again. */
const DUMP = `#!/bin/sh
cat /proc/$$/cmdline > "$DUMP.argv"
cat /proc/$$/environ > "$DUMP.environ"
readlink -n /proc/$$/cwd > "$DUMP.cwd"
: > "$DUMP.done"
exit 78
`;

async function tell(
  scope: 'user' | 'system',
  { cases, links }: ReturnType<typeof accepted>,
  home: string,
  out: string,
): Promise<Map<string, Told>> {
  const render = scope === 'user' ? userUnit : systemUnit;
  const unitDir = scope === 'user' ? '/home/tester/.config/systemd/user' : '/etc/systemd/system';
  const order = {
    unitDir,
    systemctl: scope === 'user' ? ['systemctl', '--user'] : ['systemctl'],
    units: cases.map(({ unit }) => unit),
    directories: cases.map(({ definition }) => definition.workingDirectory),
    links,
    out,
    files: cases.flatMap(({ unit, definition, secrets }) => [
      [path.join(unitDir, unit), renderUnit(render(definition))],
      [definition.environmentFile as string, renderEnvFile(secrets)],
    ]),
  };
  const setUp = `mkdir -p ${home} ${out}; printf %s "$DUMP" > ${home}/dump; chmod 755 ${home}/dump; chmod 777 ${out}`;
  const as = scope === 'user' ? {} : { as: 'root' };
  expect((await box.exec(['sh', '-ec', setUp], { ...as, env: { DUMP } })).code).toBe(0);
  const done = await box.exec([process.execPath, TELLER], { ...as, input: JSON.stringify(order) });
  expect(done.stderr).toBe('');
  const { refused, told } = done.json<{ refused: unknown[]; told: Record<string, string>[] }>();
  expect(refused).toEqual([]);
  const bytes = (base64: string | null | undefined) => Buffer.from(base64 ?? '', 'base64');
  return new Map(
    told.map(({ unit, argv, environ, cwd, shown }) => [
      unit as string,
      {
        argv: bytes(argv),
        environ: bytes(environ),
        cwd: bytes(cwd),
        // «Description=…» and a line break.
        description: bytes(shown).subarray('Description='.length, -1),
      },
    ]),
  );
}

const nulEnded = (words: readonly string[]) => words.map((word) => `${word}\0`).join('');
/** The variables of a case, as bytes of an environment that has others too. */
const variables = (environ: Buffer) =>
  new Map(
    environ
      .toString('latin1')
      .split('\0')
      .filter((entry) => entry.includes('='))
      .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );
const latin1 = (value: string) => Buffer.from(value).toString('latin1');

describe.skipIf(reason !== undefined)(
  `what we write comes back from systemd byte for byte${reason ? ` [${reason}]` : ''}`,
  () => {
    beforeAll(async () => {
      box = await SystemdBox.up({ linger: true });
    }, 120_000);
    afterAll(() => box?.down(), 120_000);

    it.each([
      ['user', 120, 11],
      ['system', 120, 12],
    ] as const)('as units of the %s: %i of them', async (scope, count, seed) => {
      const home = scope === 'user' ? '/home/tester/told' : '/srv/told';
      const out = `${home}/out`;
      const made = accepted(count, seed, home, out, scope === 'system');
      expect(made.cases).toHaveLength(count);
      // Chance has drawn what matters: 4 kB as an argument, as a value, as a path; nothing; what is special to systemd.
      const drawn = made.cases.map(({ definition: { argv, environment, workingDirectory } }) => [
        argv.slice(1),
        Object.values(environment),
        [workingDirectory],
      ]);
      for (const place of [0, 1, 2]) {
        const sizes = drawn.map((words) => Math.max(0, ...(words[place] as string[]).map((word) => Buffer.byteLength(word))));
        expect(Math.max(...sizes)).toBeGreaterThan(3_500);
      }
      const words = drawn.flatMap((at) => [...(at[0] as string[]), ...(at[1] as string[])]);
      for (const special of ['', ' ', '%', '$', ';', '"', "'", '\\', '🦊']) expect(words).toContain(special);
      const descriptions = made.cases.map(({ definition }) => definition.description);
      expect(Math.max(...descriptions.map((line) => Buffer.byteLength(line)))).toBeGreaterThan(3_500);
      // Paths are never empty, and are absolute: what is special stands somewhere in them.
      for (const places of [descriptions, made.cases.flatMap(({ definition: d }) => [d.argv[0] as string, d.workingDirectory])]) {
        const all = places.join('');
        for (const special of [' ', '%', '$', '"', "'", '\\', '語', '🦊']) expect(all).toContain(special);
      }
      const told = await tell(scope, made, home, out);
      for (const { unit, definition, secrets } of made.cases) {
        const { argv, environ, cwd, description } = told.get(unit) as Told;
        const context = `${unit} ${JSON.stringify(definition)}`;
        // The dump is a script: its interpreter comes first.
        expect(argv.toString('latin1'), context).toBe(latin1(nulEnded(['/bin/sh', ...definition.argv])));
        expect(cwd.toString('latin1'), context).toBe(latin1(definition.workingDirectory));
        expect(description.toString('latin1'), context).toBe(latin1(definition.description));
        const seen = variables(environ);
        for (const [key, value] of Object.entries({ ...definition.environment, ...secrets })) {
          expect(seen.get(key), `${key} of ${context}`).toBe(latin1(value));
        }
        const render = scope === 'user' ? userUnit : systemUnit;
        expect(readUnit(parseUnit(renderUnit(render(definition)))), context).toEqual(definition);
      }
    });
  },
);
