import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { isProblem } from '@polygate/core';
import type { ServiceDefinition } from '@polygate/core/service';
import { renderWinsw, serviceLauncher, splitCommandLine, winswFor } from '@polygate/core/windows-services';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { onLinux } from './support/windows.ts';
import { parsedByWinsw } from './support/winsw.ts';
import { windowsWorld } from './support/world.ts';

const LONG_MS = 600_000;
/** What cmd, the C runtime and XML take for something else. ASCII: Wine reads a batch file in its own code page. */
const SIGNS = '%&|<>^!()"\\ \t=;,*?[]\'`~@$#{}+-/.:aZ09';
const text = (unit: string) => fc.string({ unit: fc.constantFrom(...unit), maxLength: 24 });
const variable = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,10}$/).map((name) => `T_${name}`);

/** A definition of a service with words, values and a description of all kinds. */
const definitions = (program: string, folder: string, unit: string): fc.Arbitrary<ServiceDefinition> =>
  fc.record({
    argv: fc.array(text(unit), { minLength: 1, maxLength: 8 }).map((words) => ['C:\\node\\node.exe', program, ...words]),
    environment: fc.dictionary(variable, text(unit), { minKeys: 1, maxKeys: 8 }),
    description: text(unit),
    workingDirectory: fc.constant(folder),
    environmentFile: fc.constant(undefined),
    account: fc.constant(undefined),
    notifies: fc.constant(false),
  });

/** What is written for it; undefined where it is refused, which is right for what cannot be written. */
function unlessRefused<T>(write: () => T): T | undefined {
  try {
    return write();
  } catch (error) {
    if (isProblem(error, 'VALUE_UNQUOTABLE')) return undefined;
    throw error;
  }
}

/** Leaves out of a definition what is refused by itself, so that the rest of it is tried. */
function writable(definition: ServiceDefinition, write: (one: ServiceDefinition) => unknown): ServiceDefinition {
  const [node = '', program = '', ...words] = definition.argv;
  const bare = { ...definition, argv: [node, program], environment: {}, description: 'x' };
  const fits = (change: Partial<ServiceDefinition>) => unlessRefused(() => write({ ...bare, ...change })) !== undefined;
  return {
    ...bare,
    argv: [node, program, ...words.filter((word) => fits({ argv: [node, program, word] }))],
    environment: Object.fromEntries(
      Object.entries(definition.environment).filter(([name, value]) => fits({ environment: { [name]: value } })),
    ),
    description: fits({ description: definition.description }) ? definition.description : 'x',
  };
}

describe('whatever is not refused', () => {
  it('is handed by cmd to the program of a launcher, byte for byte', { timeout: LONG_MS }, async () => {
    const world = await windowsWorld({ account: 'ana' });
    const folder = world.at("a & b (c) ^d! 'e' =;,");
    const at = (file: string) => `${folder}\\${file}`;
    await mkdir(onLinux(folder), { recursive: true });
    const tells = `require('node:fs').writeFileSync(__dirname + '/told.json', JSON.stringify({
      words: process.argv.slice(2), env: process.env, cwd: process.cwd() }));
      process.exitCode = 78;`;
    await writeFile(onLinux(at('tells.cjs')), tells);
    const write = (one: ServiceDefinition) => serviceLauncher(one, { log: at('x.log'), stop: at('x.stop') });
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(definitions(at('tells.cjs'), folder, SIGNS), async (drawn) => {
        const definition = writable(drawn, write);
        await writeFile(onLinux(at('x.cmd')), write(definition));
        const { code } = await world.run(`C:\\windows\\system32\\cmd.exe /d /s /c ""${at('x.cmd')}""`);
        expect(code).toBe(78);
        const told = JSON.parse(await readFile(onLinux(at('told.json')), 'utf8'));
        expect(told.words).toEqual(definition.argv.slice(2));
        expect(told.cwd).toBe(folder);
        expect(told.env).toMatchObject(definition.environment);
        tried += definition.argv.length - 2 + Object.keys(definition.environment).length;
      }),
      { numRuns: 25 },
    );
    expect(tried).toBeGreaterThan(60);
  });

  it('is understood by the parser of WinSW, byte for byte', { timeout: LONG_MS }, async () => {
    const write = (one: ServiceDefinition) => renderWinsw(winswFor(one, { name: 'ZERO Gateway (main)', logPath: 'C:\\logs' }));
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(definitions('C:\\a program.cjs', 'C:\\work', `${SIGNS}äß漢🙂`), async (drawn) => {
        const definition = writable(drawn, write);
        // Two percent signs are a variable, be they in two words.
        const xml = unlessRefused(() => write(definition));
        fc.pre(xml !== undefined);
        const told = (await parsedByWinsw(xml ?? '')) as {
          Executable: string;
          Arguments: string;
          EnvironmentVariables: Record<string, string>;
          Description: string;
          WorkingDirectory: string;
        };
        expect([told.Executable, ...splitCommandLine(told.Arguments)]).toEqual(definition.argv);
        expect(told.EnvironmentVariables).toMatchObject(definition.environment);
        expect([told.WorkingDirectory, told.Description]).toEqual([definition.workingDirectory, definition.description]);
        tried += definition.argv.length - 2 + Object.keys(definition.environment).length;
      }),
      { numRuns: 25 },
    );
    expect(tried).toBeGreaterThan(60);
  });
});
