// npm run e2e:deep: stories that npm test, which has eight minutes on two processors, leaves out: services that go wrong under a
// real systemd, adopting, uninstalling, doctor there; logs and the ledger killed at every step; doubles of launchd and Windows.
import { ensureBuilt, ensureInstalled } from './lib/ensure.mjs';
import { runStories } from './lib/run-stories.mjs';

await ensureInstalled();
await ensureBuilt();
runStories('deep', process.argv.slice(2));
