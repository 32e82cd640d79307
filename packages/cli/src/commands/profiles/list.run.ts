import { listInstances, openFound } from '@polygate/host/instances';
import type { Handler } from '../../command.ts';
import { describeInstance, SCHEMA_VERSION } from '../../jobs/describe.ts';
import { instanceTable } from '../../output/instances.ts';

export const run: Handler = async (context, { probe }) => {
  const world = await context.world();
  if (probe) {
    const { gatherAll } = await import('../../jobs/status/all.ts');
    const { rows } = await gatherAll(context, { timeoutMs: 5_000 });
    return { json: { ok: true, schemaVersion: SCHEMA_VERSION, instances: rows }, text: instanceTable(rows) };
  }
  const found = await listInstances(world);
  const rows = await Promise.all(
    found.map(async (f) => {
      const { instance, lock } = await openFound(world, f, { live: true });
      return { ...(await describeInstance(context, instance)), verdict: null, pid: lock?.pid ?? null, found: f.found };
    }),
  );
  return { json: { ok: true, schemaVersion: SCHEMA_VERSION, instances: rows }, text: instanceTable(rows) };
};
