// npm run bench -- NAME: side-by-side benchmarks. Each prints medians and the ratios that count; none is a test.
import { ensureBuilt, ensureInstalled } from '../scripts/lib/ensure.mjs';

const BENCHES = {
  cli: () => import('./cli.mjs'),
  gateway: () => import('./gateway.mjs'),
  ports: () => import('./ports.mjs'),
  supervisor: () => import('./supervisor.mjs'),
};

const [name, ...args] = process.argv.slice(2);
const load = BENCHES[name];
if (!load) {
  console.error(`usage: npm run bench -- ${Object.keys(BENCHES).join('|')}`);
  process.exit(2);
}
await ensureInstalled();
await ensureBuilt();
const { bench } = await load();
await bench(args);
