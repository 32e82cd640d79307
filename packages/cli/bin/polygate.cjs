#!/usr/bin/env node
// Checks Node before anything else is loaded: an older one could not even parse the rest. A CommonJS file, as Node has loaded
// an ES module only after 7 ms more.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 9) || (major === 20 && minor >= 17)) {
  require('../dist/bundle/start.cjs').start(require, `${__dirname}/../dist/bundle`);
} else {
  const error = {
    code: 'NODE_TOO_OLD',
    message: `Node ${process.versions.node} is too old: polygate needs ^20.17 or >=22.9`,
    hint: 'install a newer Node.js and run the command with it',
  };
  if (process.argv.includes('--json')) console.log(JSON.stringify({ ok: false, schemaVersion: 1, error }));
  else console.error(`error: ${error.message}\nhint: ${error.hint}`);
  process.exitCode = 78;
}
