import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { endBox, ensureBox, startBox } from '../../../scripts/lib/wine/box.mjs';
import { installOnWindows } from './installed.ts';
import { C, runWindows } from './windows.ts';

const ROOT = path.resolve(import.meta.dirname, '..', '..', '..');
const env = {
  PATH: 'C:\\node;C:\\windows\\system32',
  SystemRoot: 'C:\\windows',
  ComSpec: 'C:\\windows\\system32\\cmd.exe',
  APPDATA: 'C:\\users\\Public\\AppData\\Roaming',
  LOCALAPPDATA: 'C:\\users\\Public\\AppData\\Local',
  USERPROFILE: 'C:\\users\\Public',
  TEMP: 'C:\\users\\Public\\AppData\\Local\\Temp',
};

/** The box with the built command in it; afterwards nothing of it runs, and the checkout is as it was. */
export default async function setup(): Promise<() => Promise<void>> {
  execFileSync(process.execPath, [path.join(ROOT, 'scripts/build.mjs'), '--if-stale'], { stdio: 'inherit' });
  await ensureBox();
  startBox();
  await rm(path.join(C, 'runs'), { recursive: true, force: true });
  await installOnWindows((argv) => runWindows(argv, { env }));
  const before = checkout();
  return async () => {
    endBox();
    const after = checkout();
    if (after !== before) throw new Error(`the checkout was changed:\n${after}`);
  };
}

const checkout = () => execFileSync('git', ['status', '--porcelain'], { cwd: ROOT, encoding: 'utf8' });
