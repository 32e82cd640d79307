// npm run test:nodes: the suite on every Node that users may have. The binaries come from npm's per-platform packages.
import { spawn } from 'node:child_process';
import { ensureInstalled } from './lib/ensure.mjs';
import { repoPath } from './lib/files.mjs';
import { nodeBinary } from './lib/npm-node.mjs';

const VERSIONS = ['20.20.2', '22.23.3', '24.21.0'];
const dir = repoPath('node_modules/.polygate-nodes');

await ensureInstalled();
const results = [];
for (const version of VERSIONS) {
  const node = await nodeBinary(dir, version);
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
