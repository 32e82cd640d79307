// npm run test:nodes: the suite on every Node that users may have. The binaries come from npm's per-platform packages.
import { spawn } from 'node:child_process';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { ensureInstalled, run } from './lib/ensure.mjs';
import { repoPath } from './lib/files.mjs';

const VERSIONS = ['20.20.2', '22.23.3', '24.21.0'];
const dir = repoPath('node_modules/.polygate-nodes');

await ensureInstalled();
const results = [];
for (const version of VERSIONS) {
  const node = await nodeBinary(version);
  console.log(`\n=== Node ${version}`);
  const code = await new Promise((resolve) => {
    const env = { ...process.env, PATH: `${node.replace(/\/node$/, '')}:${process.env.PATH}` };
    spawn(node, [repoPath('scripts/test.mjs'), ...process.argv.slice(2)], { stdio: 'inherit', env, cwd: repoPath() }).on(
      'close',
      resolve,
    );
  });
  results.push([version, code]);
}
console.log('');
for (const [version, code] of results) console.log(`Node ${version}: ${code === 0 ? 'passed' : 'FAILED'}`);
process.exitCode = results.some(([, code]) => code !== 0) ? 1 : 0;

async function nodeBinary(version) {
  const name = `node-${process.platform}-${process.arch}`;
  const home = `${dir}/${version}`;
  const node = `${home}/node_modules/${name}/bin/node`;
  if (
    await access(node).then(
      () => true,
      () => false,
    )
  )
    return node;
  await mkdir(home, { recursive: true });
  await writeFile(`${home}/package.json`, '{"name":"node-holder","private":true}\n');
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', `${name}@${version}`], { cwd: home });
  return node;
}
