// npm run soak: what takes too long for every run of the tests.
//   npm run soak                                       50 onboards at once, twice
//   npm run soak -- --adoption [--seed S]              the supervisor killed under 50 children, 20 times
//   npm run soak -- --minutes M [--seed S] [--instances N] [--plan]   everything at once that can go wrong, by a plan
import { parseArgs } from 'node:util';
import { ensureBuilt, ensureInstalled } from './lib/ensure.mjs';

const { values } = parseArgs({
  options: {
    ...{ onboards: { type: 'boolean' }, adoption: { type: 'boolean' }, plan: { type: 'boolean' } },
    ...{ minutes: { type: 'string' }, seed: { type: 'string' }, instances: { type: 'string', default: '100' } },
  },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e6));

await ensureInstalled();
await ensureBuilt();
process.exitCode = (await part()) ? 0 : 1;

/** Resolves to whether all of it held. */
async function part() {
  if (values.minutes) {
    const { chaos } = await import('./soak/chaos.mjs');
    return chaos({ minutes: Number(values.minutes), seed, count: Number(values.instances), onlyPlan: values.plan });
  }
  if (values.adoption) {
    const { adoption } = await import('./soak/adoption.mjs');
    return adoption({ seed });
  }
  const { onboards } = await import('./soak/onboards.mjs');
  return onboards();
}
