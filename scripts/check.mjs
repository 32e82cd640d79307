// npm run check: lint and format, types, dead code, stale generated files. All run; the last line tells how many failed.
import { spawn } from 'node:child_process';
import { ensureInstalled, toolPath } from './lib/ensure.mjs';
import { repoPath } from './lib/files.mjs';

const CHECKS = [
  ['lint and format', [toolPath('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.']],
  ['types', [toolPath('typescript/bin/tsc'), '-b']],
  ['dead code', [toolPath('knip/bin/knip.js')]],
  ['generated files', [repoPath('scripts/gen.mjs'), '--check']],
];

await ensureInstalled();
const results = [];
for (const [name, args] of CHECKS) results.push({ name, ...(await capture(args)) });
for (const { name, code, output } of results) {
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name}`);
  if (code !== 0) console.log(output.trim().replaceAll(/^/gm, '     '));
}
if (results.some((r) => r.code !== 0)) process.exitCode = 1;

function capture(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: repoPath(), env: { ...process.env, NO_COLOR: '1' } });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('close', (code) => resolve({ code, output }));
  });
}
