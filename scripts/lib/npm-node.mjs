// Node of another version, from npm's per-platform packages: the binary lies in the package, no install script runs.
import { access, mkdir, writeFile } from 'node:fs/promises';
import { run } from './ensure.mjs';

/** Flags of every install that is not the project's own: nothing is run, nothing is recorded. */
export const NPM_FLAGS = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--loglevel=error'];

/** Path of the binary of this very version, for this machine or another one, fetched into `dir` when it is not there yet. */
export async function nodeBinary(dir, version, { platform, arch } = process) {
  const name = `node-${platform}-${arch}`;
  const home = `${dir}/${version}`;
  const node = `${home}/node_modules/${name}/bin/${platform === 'win' ? 'node.exe' : 'node'}`;
  if (await exists(node)) return node;
  await mkdir(home, { recursive: true });
  await writeFile(`${home}/package.json`, '{"name":"node-holder","private":true}\n');
  // Another machine's is what npm would refuse.
  const foreign = platform === process.platform ? [] : ['--force'];
  await run('npm', ['install', ...NPM_FLAGS, ...foreign, `${name}@${version}`], { cwd: home });
  return node;
}

export const exists = (path) =>
  access(path).then(
    () => true,
    () => false,
  );
