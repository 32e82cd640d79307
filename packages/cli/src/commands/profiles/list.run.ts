import type { InstanceRow } from '@polygate/core';
import { listInstances } from '@polygate/host/instances';
import type { Handler, Outcome } from '../../command.ts';
import { describeInstance } from '../../jobs/describe.ts';
import { openOrSay } from '../../jobs/open-or-say.ts';
import { instanceList } from '../../output/instances.ts';

export const run: Handler = async (context, { probe }) => {
  const world = await context.world();
  const { unfinished } = world;
  const answer = (rows: InstanceRow[]): Outcome => {
    const about = unfinished && { change: unfinished.title, instances: unfinished.concerns, command: unfinished.command };
    return instanceList(rows, about ?? null);
  };
  if (probe) {
    const { gatherAll } = await import('../../jobs/status/all.ts');
    const { rows } = await gatherAll(context, { timeoutMs: 5_000 });
    return answer(rows);
  }
  const found = await listInstances(world);
  const rows = await Promise.all(
    found.map(async (f) => {
      const opened = await openOrSay(context, world, f);
      if (!opened) return [];
      return [{ ...(await describeInstance(context, opened.instance)), verdict: null, pid: null, found: f.found }];
    }),
  );
  return answer(rows.flat());
};
