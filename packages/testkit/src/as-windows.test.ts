import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { asWindows } from './as-windows.ts';
import { runCommand } from './command.ts';
import { unless } from './skip.ts';
import { tempDir } from './temp-dir.ts';

const whyNot = process.platform === 'linux' ? undefined : 'the double of Windows needs /proc';

const ASK = String.raw`
  const { execFile } = require('node:child_process');
  const fs = require('node:fs');
  const os = require('node:os');
  const code = (ask) => { try { ask(); return 'there'; } catch (error) { return error.code; } };
  fs.mkdirSync('C:\\Users\\ana\\new');
  fs.renameSync('C:\\Users\\ana\\a.txt', 'C:\\Users\\ana\\new\\b.txt');
  const seen = [
    process.platform, os.type(), os.homedir(), process.cwd(), process.getuid === undefined, process.argv[1],
    fs.realpathSync('C:\\Users\\ana\\new\\b.txt'), code(() => fs.readFileSync('/proc/self/stat')),
    code(() => process.kill(process.pid, 'SIGUSR1')), code(() => process.kill(process.pid, 0)),
  ];
  execFile('C:\\Windows\\System32\\schtasks.exe', ['/Run', '/TN', 'none', '/HRESULT'], (error, stdout, stderr) => {
    execFile('C:\\Program Files\\nodejs\\node.exe', ['C:\\Users\\ana\\child.cjs', 'a b'], (_, said) => {
      console.log(JSON.stringify([...seen, error.code, stderr.trim(), said.trim()]));
    });
  });
`;

it.skipIf(whyNot)(unless(whyNot, 'a Node program believes that it runs on Windows, and so does what it starts'), async () => {
  const dir = await tempDir();
  try {
    const [home, system, state] = ['C/Users/ana', 'C/Windows/System32', '.double'].map((one) => path.join(dir.path, one)) as [
      string,
      string,
      string,
    ];
    for (const folder of [home, system, state]) mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(system, 'schtasks.exe'), 'MZ');
    writeFileSync(path.join(home, 'a.txt'), 'x');
    writeFileSync(path.join(home, 'ask.cjs'), ASK);
    writeFileSync(path.join(home, 'child.cjs'), 'console.log(process.platform, process.argv.slice(1).join("|"))');
    const env = { ...asWindows({ root: dir.path, state }), USERPROFILE: 'C:\\Users\\ana' };
    const { stdout, stderr } = await runCommand([process.execPath, path.join(home, 'ask.cjs')], { env, cwd: home });
    expect(JSON.parse(stdout || JSON.stringify(stderr))).toEqual([
      ...['win32', 'Windows_NT', 'C:\\Users\\ana', 'C:\\Users\\ana', true, 'C:\\Users\\ana\\ask.cjs'],
      ...['C:\\Users\\ana\\new\\b.txt', 'ENOENT', 'ERR_UNKNOWN_SIGNAL', 'there'],
      // A whole HRESULT, where a status of this machine has eight bits.
      ...[0x80070002, 'ERROR: The system cannot find the file specified.', 'win32 C:\\Users\\ana\\child.cjs|a b'],
    ]);
    expect(readFileSync(path.join(home, 'new', 'b.txt'), 'utf8')).toBe('x');
  } finally {
    await dir.remove();
  }
});
