import { EXIT, type ExitCode, Problem, SCHEMA_VERSION, selectorsOf, type UpEvent } from '@polygate/core';
import { DEFAULT_RESTART_POLICY, type InstanceSpec, type ProbeSpec } from '@polygate/core/supervise';
import { checkInstance, type OpenInstance, polygateFolders, refuseBrokenConfig } from '@polygate/host';
import { listInstances } from '@polygate/host/instances';
import { challengeProber, createFleet } from '@polygate/supervisor';
import type { Context } from '../context.ts';
import { instanceTable } from '../output/instances.ts';
import { describeInstance } from './describe.ts';
import { launchOf } from './launch.ts';
import { openNamed, unknownProfile } from './profiles/named.ts';
import { gatherAll } from './status/all.ts';

const STOP_BUDGET_MS = 15_000;
const READINESS: ProbeSpec = {
  kind: 'ladder',
  initialDelayMs: 0,
  periodMs: 500,
  timeoutMs: 3_000,
  successThreshold: 1,
  failureThreshold: 3,
};

/** Runs instances in the foreground until SIGINT or SIGTERM, restarts those that die, stops all. */
export async function bringUp(context: Context, names: readonly string[]): Promise<ExitCode> {
  const instances = await Promise.all((names.length > 0 ? names : [undefined]).map((name) => openNamed(context, name)));
  for (const opened of instances) await refuseUnready(context, opened);
  const stopRequested = untilSignalled();
  const settled = allSettled(instances.length);
  const { host } = context;
  const fleet = await createFleet({
    host,
    folder: host.paths.join(polygateFolders(host).state, 'supervisor'),
    version: context.version,
    prober: challengeProber,
    notice: (_, message) => context.progress(message),
  });
  fleet.listen(({ id, message }, { state }) => {
    say(context, id, message);
    if (state === 'ready' || state === 'parked') settled.mark(id);
  });
  const specs = await Promise.all(instances.map((opened) => specOf(context, opened)));
  await fleet.apply(specs);
  await fleet.start(specs.map(({ id }) => id));
  const first = await Promise.race([settled.all, stopRequested]);
  if (first === 'settled') await showTable(context, instances);
  await stopRequested;
  context.progress('Stopping …');
  const parked = fleet.reports().some(({ state }) => state === 'parked');
  await fleet.close('stop');
  return parked ? EXIT.failed : EXIT.ok;
}

/** Settles when so many different ids have been marked. */
function allSettled(count: number): { mark(id: string): void; all: Promise<'settled'> } {
  const marked = new Set<string>();
  let finish: (word: 'settled') => void = () => undefined;
  const all = new Promise<'settled'>((resolve) => {
    finish = resolve;
  });
  return {
    all,
    mark: (id) => {
      marked.add(id);
      if (marked.size === count) finish('settled');
    },
  };
}

function say({ globals, host, emit }: Context, id: string, event: string): void {
  const time = new Date(host.clock.now()).toISOString();
  const line: UpEvent = { schemaVersion: SCHEMA_VERSION, time, instance: id, event };
  emit(globals.json ? JSON.stringify(line) : `${time} ${id} ${event}`);
}

async function refuseUnready(context: Context, opened: OpenInstance): Promise<void> {
  const { instance, config, lock } = opened;
  if (!config.exists) {
    const all = await listInstances(await context.world());
    throw unknownProfile(all, { profile: instance.profile.value, product: instance.pack.id });
  }
  refuseBrokenConfig((await checkInstance(opened)).config);
  if (lock) {
    const { pid, port } = lock;
    throw new Problem('GATEWAY_ALREADY_RUNNING', {
      stateDir: instance.stateDir.value,
      pid,
      by: 'state directory',
      ...(port ? { port } : {}),
    });
  }
}

async function specOf(context: Context, { instance }: OpenInstance): Promise<InstanceSpec> {
  const { pack, profile, stateDir, configPath, port } = instance;
  const { node, entry } = launchOf(context);
  const selectors = selectorsOf(
    pack,
    { profile: profile.value, stateDir: stateDir.value, configPath: configPath.value },
    port.value,
  );
  const env = Object.entries({ ...context.host.env, ...selectors });
  return {
    id: instance.id,
    argv: [node, entry, '--product', pack.id, '--profile', profile.value, 'gateway', 'run'],
    env: Object.fromEntries(env.filter((entry): entry is [string, string] => entry[1] !== undefined)),
    cwd: stateDir.value,
    output: { path: context.host.paths.join(stateDir.value, 'logs', 'console.log'), maxBytes: 0, keep: 0 },
    probes: { startup: null, readiness: READINESS, liveness: null },
    restart: DEFAULT_RESTART_POLICY,
    stop: { signal: 'SIGTERM', budgetMs: STOP_BUDGET_MS },
    limits: {},
    dependsOn: {},
    target: { host: '127.0.0.1', port: port.value },
    document: await describeInstance(context, instance),
    identity: { stateDir: stateDir.value, configPath: configPath.value },
  };
}

async function showTable(context: Context, instances: readonly OpenInstance[]): Promise<void> {
  if (context.globals.json) return;
  const { rows } = await gatherAll(context, { timeoutMs: 5_000 });
  const ids = new Set(instances.map(({ instance }) => instance.id));
  context.emit(`\n${instanceTable(rows.filter((row) => ids.has(row.id)))}\n`);
}

function untilSignalled(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal));
  });
}
