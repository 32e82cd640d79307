import { listInstances, openFound } from '@polygate/host/instances';
import type { Handler } from '../../command.ts';
import { describeInstance } from '../../jobs/describe.ts';
import { gatherAll } from '../../jobs/status/all.ts';
import { instanceList } from '../../output/instances.ts';

export const run: Handler = async (context, { probe }) => {
  const world = await context.world();
  if (probe) {
    const { rows } = await gatherAll(context, { timeoutMs: 5_000 });
    return instanceList(rows);
  }
  const found = await listInstances(world);
  const rows = await Promise.all(
    found.map(async (f) => {
      const { instance, lock } = await openFound(world, f, { live: true });
      return { ...(await describeInstance(context, instance)), verdict: null, pid: lock?.pid ?? null, found: f.found };
    }),
  );
  return instanceList(rows);
};
