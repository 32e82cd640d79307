import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCommand } from '@polygate/testkit';
import { BOX } from '../../../scripts/lib/wine/box.mjs';
import { afterTest } from './world.ts';

const WINSW = path.join(BOX, 'winsw');
// Mono prints in the locale's encoding.
const ENV = { PATH: process.env.PATH ?? '', HOME: tmpdir(), LC_ALL: 'C.UTF-8' };

/** What the parser of WinSW 2.11 understands of a definition. */
export async function parsedByWinsw(xml: string): Promise<Record<string, unknown>> {
  const folder = await folderWith(xml);
  const { code, stdout, stderr } = await runCommand(
    ['mono', path.join(WINSW, 'dump.exe'), path.join(WINSW, 'WinSW.exe'), path.join(folder, 'svc.xml')],
    { env: ENV, cwd: folder },
  );
  if (code !== 0) throw new Error(`WinSW refuses it: ${stderr}\n${stdout}`);
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** Runs a command of WinSW with a definition; gives what it printed, what it asked of Windows, and the logs of its program. */
export async function winsw(xml: string, command: 'install' | 'testwait', input = ''): Promise<string> {
  const folder = await folderWith(xml);
  const told = path.join(folder, 'shim.log');
  const { stdout, stderr } = await runCommand([path.join(folder, 'svc'), 'svc.exe', command], {
    env: { ...ENV, WINSHIM_LOG: told },
    cwd: folder,
    input,
    timeoutMs: 100_000,
  });
  const logs = await Promise.all(['shim.log', 'svc.out.log', 'svc.err.log'].map((name) => text(path.join(folder, name))));
  return [stdout, stderr, ...logs].join('\n');
}

/** WinSW finds its definition by the name of its own process, so Mono has that name, too. */
async function folderWith(xml: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pg-winsw-'));
  afterTest(() => rm(folder, { recursive: true, force: true }));
  await cp(path.join(WINSW, 'mono'), path.join(folder, 'svc'));
  await cp(path.join(WINSW, 'WinSW.exe'), path.join(folder, 'svc.exe'));
  await writeFile(path.join(folder, 'svc.xml'), xml);
  const maps = ['kernel32', 'advapi32', 'ntdll'].map(
    (dll) => `<dllmap dll="${dll}.dll" target="${path.join(WINSW, 'libwinshim.so')}"/>`,
  );
  await writeFile(
    path.join(folder, 'svc.exe.config'),
    `<configuration><startup><supportedRuntime version="v4.0.30319"/></startup>${maps.join('')}</configuration>\n`,
  );
  return folder;
}

const text = (file: string) => readFile(file, 'utf8').catch(() => '');
