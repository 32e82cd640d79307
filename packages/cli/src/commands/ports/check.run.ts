import { type PortsCheckDocument, Problem, SCHEMA_VERSION } from '@polygate/core';
import type { OpenInstance } from '@polygate/host';
import { listInstances } from '@polygate/host/instances';
import type { Handler } from '../../command.ts';
import type { Context } from '../../context.ts';
import { drawMap, exitCodeOf } from '../../jobs/ports/map.ts';
import { openNamed, unknownProfile } from '../../jobs/profiles/named.ts';
import { findingsText } from '../../output/ports.ts';

export const run: Handler = async (context, options, names) => {
  const port = options.port as string | undefined;
  if (port !== undefined && names.length > 0) {
    throw new Problem('USAGE', { message: '--port is about the selected profile: leave the names out', topic: 'ports check' });
  }
  const subjects = await subjectsOf(context, names, port);
  const { findings, instances } = await drawMap(context, subjects);
  const checked = subjects ?? instances.map(({ opened }) => opened);
  const exitCode = exitCodeOf(findings);
  return {
    exitCode,
    json: {
      ok: true,
      schemaVersion: SCHEMA_VERSION,
      clear: findings.length === 0,
      conflict: exitCode !== 0,
      checked: checked.map(({ instance }) => instance.id),
      findings,
    } satisfies PortsCheckDocument,
    text: findings.length === 0 ? `${checked.length} checked, nothing clashes.` : findingsText(findings).join('\n'),
  };
};

/** undefined: all. A profile that is named must exist, except with --port, which asks what would be. */
async function subjectsOf(
  context: Context,
  names: readonly string[],
  port: string | undefined,
): Promise<OpenInstance[] | undefined> {
  if (port !== undefined) return [await context.open({ live: false, port })];
  const { profile, dev } = context.globals;
  if (names.length === 0 && profile === undefined && !dev) return undefined;
  const opened = await Promise.all((names.length > 0 ? names : [undefined]).map((name) => openNamed(context, name)));
  const world = await context.world();
  const { ledger } = world;
  for (const { instance, config, canonicalStateDir } of opened) {
    const known = config.exists || ledger.instances.some((entry) => entry.stateDir === canonicalStateDir);
    if (!known) {
      throw unknownProfile(await listInstances(world), { profile: instance.profile.value, product: instance.pack.id });
    }
  }
  return opened;
}
