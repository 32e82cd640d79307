// npm run e2e:family: stories with real clients and gateways of the family, installed from npm (about 600 MB each, once).
import { spawn } from 'node:child_process';
import { ensureBuilt, ensureInstalled, toolPath } from './lib/ensure.mjs';
import { repoPath } from './lib/files.mjs';
import { ensurePeer, PEERS } from './lib/peers.mjs';

await ensureInstalled();
await ensureBuilt();
const peers = {};
for (const id of Object.keys(PEERS)) peers[id] = await ensurePeer(id);
const child = spawn(process.execPath, [toolPath('vitest/vitest.mjs'), 'run', '--project', 'family', ...process.argv.slice(2)], {
  cwd: repoPath(),
  stdio: 'inherit',
  env: { ...process.env, POLYGATE_PEERS: JSON.stringify(peers) },
});
child.on('close', (code) => {
  process.exitCode = code ?? 1;
});
