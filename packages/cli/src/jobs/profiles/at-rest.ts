import { Problem, readVariable, serviceName, variableNames } from '@polygate/core';
import type { OpenInstance } from '@polygate/host';
import type { Context } from '../../context.ts';
import { managerFor } from '../manager-for.ts';
import { type Findings, gather } from '../status/facts.ts';

const PROBE_MS = 3_000;
/** What the verdicts say when no process of this instance is there. Something else may well be on its port. */
const AT_REST = new Set(['stopped', 'not-installed', 'misconfigured', 'port-foreign', 'wrong-instance', 'parked']);

/**
 * Makes sure that nothing uses an instance: no process that runs on it, no service that would start one.
 * @throws Problem PROFILE_RUNNING or SERVICE_STILL_INSTALLED
 */
export async function refuseInUse(context: Context, opened: OpenInstance): Promise<void> {
  const { instance, lock, canonicalStateDir } = opened;
  const { pack, profile, id } = instance;
  if (lock) throw new Problem('PROFILE_RUNNING', { profile: id, reason: `a gateway runs on it (pid ${lock.pid})` });
  const manager = await managerFor(context, instance);
  const name = serviceName(pack, profile.value, manager.id);
  const { text, path, definition, unreadable } = await manager.inspect(name);
  const said = variableNames(pack, 'STATE_DIR').map((variable) => definition?.environment[variable]);
  const stateDir = said.find((each) => each !== undefined);
  const isOther = stateDir !== undefined && (await context.host.files.canonical(stateDir)) !== canonicalStateDir;
  if ((text !== undefined && !isOther) || unreadable) {
    throw new Problem('SERVICE_STILL_INSTALLED', { name, path, profile: profile.value, product: pack.id });
  }
  // A gateway of another make writes no lock: it is found on its port.
  const findings = await gather(context, opened, {}, manager, {
    probe: true,
    timeoutMs: PROBE_MS,
  });
  const { judgement, process } = findings;
  const holder = await holderOn(context, opened, findings);
  if (holder !== undefined) throw new Problem('PROFILE_RUNNING', { profile: id, reason: `a gateway runs on it (pid ${holder})` });
  if (process || !AT_REST.has(judgement.verdict)) {
    const about = process ? ` (pid ${process.pid})` : `, it seems: port ${instance.port.value} is ${judgement.verdict}`;
    throw new Problem('PROFILE_RUNNING', { profile: id, reason: `a gateway runs on it${about}` });
  }
}

/**
 * The gateway on the port that was started with this state directory, whatever it says of itself: builds of January 2026
 * name the default profile's paths in hello. One that cannot be looked into counts as well.
 */
async function holderOn(
  { host }: Context,
  { instance, canonicalStateDir }: OpenInstance,
  { listeners = [], probe }: Findings,
): Promise<number | string | undefined> {
  if (!probe?.rungs.some(({ rung, ok }) => rung === 'challenge' && ok)) return undefined;
  for (const { pid } of listeners) {
    const env = pid === undefined ? undefined : await host.processes.environmentOf(pid);
    if (!env) return pid ?? 'unknown';
    const named = readVariable(instance.pack, env, 'STATE_DIR')?.value;
    if (named !== undefined && (await host.files.canonical(named)) === canonicalStateDir) return pid;
  }
  return undefined;
}
