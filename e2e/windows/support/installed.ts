import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { C } from './windows.ts';

const exec = promisify(execFile);
const ROOT = path.resolve(import.meta.dirname, '..', '..', '..');

/** Where npm on Windows puts what is installed with --global: shims, and the package below node_modules. */
export const NPM_FOLDER = 'C:\\users\\Public\\npm';

/** Packs the built command as npm publishes it, and installs that on Windows, with npm and Node of Windows. */
export async function installOnWindows(
  run: (argv: readonly string[]) => Promise<{ code: number | null; stderr: string }>,
): Promise<void> {
  const folder = path.join(C, 'users', 'Public');
  await mkdir(folder, { recursive: true });
  const { stdout } = await exec('npm', ['pack', '--silent', '--pack-destination', folder], {
    cwd: path.join(ROOT, 'packages/cli'),
  });
  // The same file gives the same installation: npm packs without a time in it.
  const print = createHash('sha256')
    .update(await readFile(path.join(folder, stdout.trim())))
    .digest('hex');
  const stamp = path.join(folder, 'installed');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === print) return;
  await rm(path.join(folder, 'npm'), { recursive: true, force: true });
  const npm = path.resolve((await exec('npm', ['root', '--global'])).stdout.trim(), 'npm');
  await cp(npm, path.join(C, 'npm'), { recursive: true, dereference: true, force: true });
  const args = ['install', '--global', '--offline', '--no-audit', '--no-fund', '--prefix', NPM_FOLDER];
  const { code, stderr } = await run([
    'C:\\node\\node.exe',
    'C:\\npm\\bin\\npm-cli.js',
    ...args,
    `C:\\users\\Public\\${stdout.trim()}`,
  ]);
  if (code !== 0) throw new Error(`npm on Windows ended with ${code}: ${stderr}`);
  await writeFile(stamp, print);
}
