import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { serviceLauncher } from '@polygate/core/windows-services';
import { describe, expect, it } from 'vitest';
import { onLinux } from './support/windows.ts';
import { type WindowsWorld, windowsWorld } from './support/world.ts';

// Wine reads a batch file in its own code page, whatever chcp says: what is outside of ASCII is tested as a rule.
const VALUES = {
  PERCENT: '100% a%PATH%b',
  SIGNS: 'a&b|c<d>e^f!g!(h)',
  BLANKS: ' a b ',
  LISTS: 'a=b;c,d *?[]',
  FOLDER: 'C:\\dir\\',
};
const WORDS = ['a b', '100%', '%PATH%', 'a&b', '^!', 'C:\\dir\\', '', '(x)'];

/** A program that writes down how it was started, and ends with the next status of a list. */
const PROGRAM = `
const fs = require('node:fs');
const runs = __dirname + '\\\\runs.jsonl';
const before = fs.existsSync(runs) ? fs.readFileSync(runs, 'utf8').split('\\n').filter(Boolean).length : 0;
const values = Object.fromEntries(${JSON.stringify(Object.keys(VALUES))}.map((name) => [name, process.env[name]]));
fs.appendFileSync(runs, JSON.stringify({ words: process.argv.slice(2), values, cwd: process.cwd() }) + '\\n');
console.log('run ' + before);
const status = JSON.parse(fs.readFileSync(__dirname + '\\\\statuses.json', 'utf8'))[before];
if (status === 'stop') fs.writeFileSync(__dirname + '\\\\x.stop', '');
process.exitCode = status === 'stop' ? 0 : status;
`;

/** Runs a launcher of a program that ends with each of these, in their order. */
async function launched(world: WindowsWorld, statuses: readonly (number | 'stop')[], folder = 'a & b (c) ^d!') {
  const at = world.at(folder);
  const file = (name: string) => path.join(onLinux(at), name);
  await mkdir(onLinux(at), { recursive: true });
  await writeFile(file('program.cjs'), PROGRAM);
  await writeFile(file('statuses.json'), JSON.stringify(statuses));
  const text = serviceLauncher(
    {
      ...{ description: 'ZERO Gateway (profile: main, 100%)', workingDirectory: at, environment: VALUES },
      argv: ['C:\\node\\node.exe', `${at}\\program.cjs`, ...WORDS],
      ...{ environmentFile: undefined, account: undefined, notifies: false },
    },
    { log: `${at}\\logs\\service.log`, stop: `${at}\\x.stop` },
  );
  await writeFile(file('ZERO Gateway (main).cmd'), text);
  const { code, stdout, stderr } = await world.run(`C:\\windows\\system32\\cmd.exe /d /s /c ""${at}\\ZERO Gateway (main).cmd""`);
  const said = await readFile(file('runs.jsonl'), 'utf8').catch(() => {
    throw new Error(`the launcher ran nothing (${code}): ${stdout}${stderr}`);
  });
  const runs = said.trim().split('\n');
  return {
    code,
    at,
    runs: runs.map((line) => JSON.parse(line)),
    log: await readFile(path.join(onLinux(at), 'logs', 'service.log'), 'utf8'),
  };
}

describe('the launcher of a service', () => {
  it('hands every value and argument on as it is, starts again what failed, and ends with 78', async () => {
    const world = await windowsWorld({ account: 'ana' });
    const { code, at, runs, log } = await launched(world, [1, 0, 78]);
    expect(code).toBe(78);
    expect(runs).toHaveLength(3);
    for (const run of runs) expect(run).toEqual({ words: WORDS, values: VALUES, cwd: at });
    expect(log.split(/\r?\n/).filter(Boolean)).toEqual(['run 0', 'run 1', 'run 2']);
  });

  it('starts nothing again once the stop file is there, and forgets it when it is started itself', async () => {
    const world = await windowsWorld({ account: 'ana' });
    await mkdir(onLinux(world.at('plain')), { recursive: true });
    await writeFile(path.join(onLinux(world.at('plain')), 'x.stop'), '');
    const { code, runs } = await launched(world, [3, 'stop', 78], 'plain');
    expect([code, runs.length]).toEqual([0, 2]);
  });
});
