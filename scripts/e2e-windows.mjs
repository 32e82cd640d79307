// npm run e2e:windows: stories on real win32 builds of Node under Wine, with the built command. It installs about 1 GB, once.
import { ensureBuilt, ensureInstalled } from './lib/ensure.mjs';
import { runStories } from './lib/run-stories.mjs';

await ensureInstalled();
await ensureBuilt();
runStories('windows', ['--maxWorkers=2', ...process.argv.slice(2)]);
