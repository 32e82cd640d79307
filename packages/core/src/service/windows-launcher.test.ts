import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { asWindows, fixturePath, tempDir, unless } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { serviceLauncher } from './windows-launcher.ts';

// On Windows, and under Wine (npm run test:win32), by the cmd that is there; elsewhere by its double, which has to do the same.
const isHere = process.platform === 'win32';
const whyNot = isHere || process.platform === 'linux' ? undefined : 'there is neither cmd.exe nor its double here';
const NODE = isHere ? process.execPath : 'C:\\Program Files\\nodejs\\node.exe';

// ASCII: Wine reads a batch file in its own code page, whatever chcp says.
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
const runs = __dirname + '/runs.jsonl';
const before = fs.existsSync(runs) ? fs.readFileSync(runs, 'utf8').split('\\n').filter(Boolean).length : 0;
const values = Object.fromEntries(${JSON.stringify(Object.keys(VALUES))}.map((name) => [name, process.env[name]]));
fs.appendFileSync(runs, JSON.stringify({ words: process.argv.slice(2), values, cwd: process.cwd() }) + '\\n');
console.log('run ' + before);
const status = JSON.parse(fs.readFileSync(__dirname + '/statuses.json', 'utf8'))[before];
if (status === 'stop') fs.writeFileSync(__dirname + '/x.stop', '');
if (status === 'stop later') {
  const later = [__dirname + '/later.cjs', String(process.pid)];
  require('node:child_process').spawn(process.execPath, later, { detached: true, stdio: 'ignore' }).unref();
}
process.exitCode = { stop: 0, 'stop later': 3 }[status] ?? status;
`;

/** Tells to stop once the process of this number is gone, and the launcher waits for its next start. */
const LATER = `
const gone = () => {
  try {
    process.kill(Number(process.argv[2]), 0);
    return false;
  } catch {
    return true;
  }
};
const timer = setInterval(() => {
  if (!gone()) return;
  clearInterval(timer);
  setTimeout(() => require('node:fs').writeFileSync(__dirname + '/x.stop', ''), 300);
}, 20);
`;

/** Runs the launcher of a program that ends with each of these, in their order, by the very line that a task has. */
async function launched(name: string, statuses: readonly (number | 'stop' | 'stop later')[], stopped: boolean, scale = 0.02) {
  const dir = await tempDir();
  try {
    const folder = isHere ? path.join(dir.path, name) : `C:\\${name}`;
    const at = (file: string) => `${folder}\\${file}`;
    // Where this machine has it.
    const here = (file: string) => (isHere ? at(file) : path.join(dir.path, 'C', name, ...file.split('\\')));
    mkdirSync(here('.'), { recursive: true });
    writeFileSync(here('program.cjs'), PROGRAM);
    writeFileSync(here('later.cjs'), LATER);
    writeFileSync(here('statuses.json'), JSON.stringify(statuses));
    if (stopped) writeFileSync(here('x.stop'), '');
    const definition = {
      ...{ description: 'ZERO Gateway (profile: main, 100%)', workingDirectory: folder, environment: VALUES },
      argv: [NODE, at('program.cjs'), ...WORDS],
      ...{ environmentFile: undefined, account: undefined, notifies: false },
    };
    const launcher = at('ZERO Gateway (main).cmd');
    writeFileSync(
      here('ZERO Gateway (main).cmd'),
      serviceLauncher(definition, { log: at('logs\\service.log'), stop: at('x.stop') }),
    );
    const words = ['/d', '/s', '/c', `""${launcher}""`];
    const double = fixturePath('doubles', 'windows', 'cmd.cjs');
    const { status } = isHere
      ? spawnSync(process.env.ComSpec ?? 'cmd.exe', words, { windowsVerbatimArguments: true, stdio: 'ignore' })
      : spawnSync(process.execPath, [double, words.join(' ')], {
          env: {
            SystemRoot: 'C:\\Windows',
            ...asWindows({ root: dir.path, state: dir.path }),
            NODE_OPTIONS: '',
            POLYGATE_DOUBLE_SCALE: String(scale),
          },
          stdio: 'ignore',
          timeout: 60_000,
        });
    const lines = (file: string) => readFileSync(here(file), 'utf8').split(/\r?\n/).filter(Boolean);
    return { status, folder, runs: lines('runs.jsonl').map((line) => JSON.parse(line)), log: lines('logs\\service.log') };
  } finally {
    await dir.remove();
  }
}

describe.skipIf(whyNot)(unless(whyNot, 'the launcher of a service, run by cmd'), { timeout: 120_000 }, () => {
  it('hands every value and argument on as it is, starts again what ended, and ends with 78', async () => {
    const { status, folder, runs, log } = await launched('a & b (c) ^d!', [1, 0, 78], false);
    expect(status).toBe(78);
    expect(runs).toHaveLength(3);
    for (const run of runs) expect(run).toEqual({ words: WORDS, values: VALUES, cwd: folder });
    expect(log).toEqual(['run 0', 'run 1', 'run 2']);
  });

  it('starts nothing again once the stop file is there, and forgets an older one when it is started itself', async () => {
    const { status, runs } = await launched('plain', [3, 'stop', 78], true);
    expect([status, runs.length]).toEqual([0, 2]);
  });

  it('starts nothing again that is told to stop while it waits', async () => {
    const { status, runs } = await launched('plain', ['stop later', 78], false, 1);
    expect([status, runs.length]).toEqual([0, 1]);
  });
});
