// npm test: installs, checks, builds, runs unit tests and stories. Everything after the name goes to vitest.
// The last line counts the whole run: N passed, N failed, N skipped.
import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { ensureBuilt, ensureInstalled, toolPath } from './lib/ensure.mjs';
import { repoPath } from './lib/files.mjs';

await ensureInstalled();
const chosen = process.argv.slice(2);
const whole = chosen.length === 0;
const counts = { passed: 0, failed: 0, skipped: 0 };

if (whole && (await node([repoPath('scripts/check.mjs')])) !== 0) {
  counts.failed += 1;
  console.log('The checks failed; the tests run all the same.');
}
await ensureBuilt();
const report = repoPath('node_modules/.polygate-test-report.json');
await rm(report, { force: true });
const code = await node([
  toolPath('vitest/vitest.mjs'),
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  // What is opt-in has a script of its own.
  ...(chosen.includes('--project') ? [] : ['--project', 'unit', '--project', 'e2e']),
  ...chosen,
]);
const result = JSON.parse(await readFile(report, 'utf8').catch(() => '{"testResults":[]}'));
count(result);
printSkipped(result);
if (code !== 0 && counts.failed === 0) counts.failed += 1;
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed > 0 ? 1 : 0;

function count({ testResults }) {
  for (const file of testResults) {
    // A file that could not even be loaded has no tests of its own to count.
    if (file.status === 'failed' && file.assertionResults.length === 0) counts.failed += 1;
    for (const { status } of file.assertionResults) {
      if (status === 'passed') counts.passed += 1;
      else if (status === 'failed') counts.failed += 1;
      else counts.skipped += 1;
    }
  }
}

/** Every skipped test with its reason: the last part of its name, in brackets (e2e/support/skip.ts). */
function printSkipped({ testResults }) {
  const skipped = testResults.flatMap((file) =>
    file.assertionResults.filter((t) => t.status !== 'passed' && t.status !== 'failed'),
  );
  for (const { fullName } of skipped) console.log(`skipped: ${fullName}`);
}

function node(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: repoPath(), stdio: 'inherit' });
    child.on('close', (code) => resolve(code ?? 1));
  });
}
