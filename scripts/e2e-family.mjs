// npm run e2e:family: stories with real clients and gateways of the family, installed from npm (about 600 MB each, once).
import { ensureBuilt, ensureInstalled } from './lib/ensure.mjs';
import { repoPath } from './lib/files.mjs';
import { ensurePeer, PEERS } from './lib/peers.mjs';
import { runStories } from './lib/run-stories.mjs';

await ensureInstalled();
await ensureBuilt();
const peers = {};
for (const id of Object.keys(PEERS)) peers[id] = await ensurePeer(id);
// Figures differ from run to run: the page is written when it is asked for.
const [write, words] = [
  process.argv.includes('--write-comparison'),
  process.argv.slice(2).filter((a) => a !== '--write-comparison'),
];
const page = write ? { POLYGATE_COMPARISON: repoPath('docs/explanation/comparison.md') } : {};
runStories('family', ['--no-file-parallelism', ...words], {
  env: { ...process.env, ...page, POLYGATE_PEERS: JSON.stringify(peers) },
});
