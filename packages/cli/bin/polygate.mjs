#!/usr/bin/env node
// Checks Node before anything else is loaded: an older one could not even parse the rest.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 9) || (major === 20 && minor >= 17)) {
  // As a CommonJS file, which is loaded at once and without a second look-up of each of its parts.
  process.getBuiltinModule('node:module').createRequire(import.meta.url)('../dist/bundle/main.cjs');
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
