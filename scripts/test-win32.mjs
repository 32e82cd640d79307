// npm run test:win32: the unit tests on a win32 build of Node under Wine, from a copy of the tracked files outside of the checkout.
// Words after the name choose files, as for npm test.
import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { ensureInstalled, pnpmVersion, run } from './lib/ensure.mjs';
import { repoPath } from './lib/files.mjs';
import { loadTs } from './lib/load-ts.mjs';
import { BOX, endBox, ensureBox, startBox } from './lib/wine/box.mjs';

const COPY = path.join(BOX, 'prefix/drive_c/unit');
const HOME = 'C:\\users\\Public\\unit';

await ensureInstalled();
await ensureBox();
await copyTracked();
// Wine has no links of Windows: packages lie as real folders, side by side.
const flags = ['--config.node-linker=hoisted', '--os=win32', '--cpu=x64', '--ignore-scripts', '--frozen-lockfile'];
await run('npx', ['-y', `pnpm@${await pnpmVersion()}`, 'install', ...flags, '--reporter=append-only'], {
  cwd: COPY,
  env: { ...process.env, CI: 'true' },
});
await cp(repoPath('scripts/lib/wine/vitest.win32.config.mjs'), path.join(COPY, 'vitest.win32.config.mjs'));
await mkdir(path.join(BOX, 'prefix/drive_c/users/Public/unit/Temp'), { recursive: true });
const { startWindows } = await loadTs('e2e/windows/support/windows.ts');
startBox();
try {
  const vitest = ['C:\\node\\node.exe', 'C:\\unit\\node_modules\\vitest\\vitest.mjs', 'run'];
  const program = await startWindows([...vitest, '--config', 'vitest.win32.config.mjs', ...process.argv.slice(2)], {
    cwd: 'C:\\unit',
    env: {
      ...{ SystemRoot: 'C:\\windows', ComSpec: 'C:\\windows\\system32\\cmd.exe', PATHEXT: '.COM;.EXE;.BAT;.CMD' },
      ...{ PATH: 'C:\\node;C:\\windows\\system32;C:\\windows', TEMP: `${HOME}\\Temp`, TMP: `${HOME}\\Temp` },
      ...{ USERPROFILE: HOME, APPDATA: `${HOME}\\Roaming`, LOCALAPPDATA: `${HOME}\\Local`, NO_COLOR: '1', CI: '1' },
      NODE_OPTIONS: '--require=C:/node/connect-first.cjs',
    },
  });
  await program.exited;
  process.stdout.write(program.stdout);
  process.stderr.write(program.stderr);
  process.exitCode = program.code ?? 1;
} finally {
  endBox();
}

/** What git knows, and nothing that an earlier copy had besides. What was installed there stays. */
async function copyTracked() {
  await mkdir(COPY, { recursive: true });
  for (const name of ['packages', 'fixtures', 'templates', 'scripts', 'e2e'])
    await rm(path.join(COPY, name), { recursive: true, force: true });
  const { stdout } = await promisify(execFile)('git', ['ls-files', '-z'], { cwd: repoPath(), maxBuffer: 1 << 26 });
  const list = spawn('tar', ['-c', '--null', '-T', '-'], { cwd: repoPath(), stdio: ['pipe', 'pipe', 'inherit'] });
  const unpack = spawn('tar', ['-x'], { cwd: COPY, stdio: ['pipe', 'inherit', 'inherit'] });
  list.stdout.pipe(unpack.stdin);
  list.stdin.end(stdout);
  await new Promise((resolve, reject) =>
    unpack.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`tar: ${code}`)))),
  );
}
