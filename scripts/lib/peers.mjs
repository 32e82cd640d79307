// Real members of the family, from npm: what Polygate is measured against. About 600 MB each; nothing of them is a dependency.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { run } from './ensure.mjs';
import { repoPath } from './files.mjs';
import { exists, NPM_FLAGS, nodeBinary } from './npm-node.mjs';

const DIR = repoPath('node_modules/.polygate-peers');

/** Those that stories use, each with the Node that it needs: fixtures/peers.json. */
export const PEERS = JSON.parse(await readFile(repoPath('fixtures/peers.json'), 'utf8'));

/**
 * Installs a peer when it is not there yet. Two overrides make the early-2026 trees installable from the registry alone:
 * libsignal points at a git URL, later patch releases of linkedom depend on a package that is not there. node-llama-cpp (0.9 GB,
 * optional) is replaced by an empty stub, and strip-ansi added, which the early trees import without declaring it.
 */
export async function ensurePeer(id) {
  const { name, version, node } = PEERS[id];
  const home = `${DIR}/${id}`;
  const binary = await nodeBinary(`${DIR}/node`, node);
  const entry = `${home}/node_modules/.bin/${name}`;
  if (!(await exists(`${home}/.done`))) {
    console.log(`Installing ${name} ${version} …`);
    await mkdir(`${home}/stub`, { recursive: true });
    await writeFile(`${home}/stub/package.json`, '{"name":"node-llama-cpp","version":"3.15.0"}\n');
    const overrides = { libsignal: 'npm:libsignal@6.0.0', linkedom: '0.18.12', 'node-llama-cpp': 'file:./stub' };
    const holder = { name: 'peer', private: true, version: '0.0.0', dependencies: { 'strip-ansi': '^7.1.0' }, overrides };
    await writeFile(`${home}/package.json`, `${JSON.stringify(holder)}\n`);
    await run('npm', ['install', ...NPM_FLAGS, '--legacy-peer-deps', `${name}@${version}`], { cwd: home });
    // The newest one ends its installation at its first run, in its own folder, which a box has read-only.
    await run(binary, [entry, '--version'], { env: { PATH: process.env.PATH, HOME: home } });
    await writeFile(`${home}/.done`, '');
  }
  return { id, node: binary, entry };
}
