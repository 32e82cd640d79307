import { EXIT, type ExitCode, gatewayUrl, Problem, SCHEMA_VERSION, selectorsOf, type UpEvent } from '@polygate/core';
import type { supervise } from '@polygate/core/supervise';
import { checkInstance, type OpenInstance, refuseBrokenConfig } from '@polygate/host';
import { listInstances } from '@polygate/host/instances';
import { type SupervisedSpec, Supervisor, untilChallenged } from '@polygate/supervisor';
import type { Context } from '../context.ts';
import { instanceTable } from '../output/instances.ts';
import { launchOf } from './launch.ts';
import { openNamed, unknownProfile } from './profiles/named.ts';
import { gatherAll } from './status/all.ts';

/** Runs instances in the foreground until SIGINT or SIGTERM, restarts those that die, stops all. */
export async function bringUp(context: Context, names: readonly string[]): Promise<ExitCode> {
  const instances = await Promise.all((names.length > 0 ? names : [undefined]).map((name) => openNamed(context, name)));
  for (const opened of instances) await refuseUnready(context, opened);
  const stopRequested = untilSignalled();
  const settled = allSettled(instances.length);
  const supervisor = new Supervisor(
    instances.map((opened) => specOf(context, opened)),
    {
      clock: context.host.clock,
      onChange: (id, child, before) => {
        const text = describeChange(child, before);
        if (text) say(context, id, text);
        if (child.state === 'ready' || child.state === 'parked') settled.mark(id);
      },
    },
  );
  supervisor.start();
  const first = await Promise.race([settled.all, stopRequested]);
  if (first === 'settled') await showTable(context, instances);
  await stopRequested;
  context.progress('Stopping …');
  const parked = instances.some(({ instance }) => supervisor.get(instance.id)?.state === 'parked');
  await supervisor.stop();
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

function specOf(context: Context, { instance }: OpenInstance): SupervisedSpec {
  const { pack, profile, stateDir, configPath, port } = instance;
  const { node, entry } = launchOf(context);
  return {
    id: instance.id,
    argv: [node, entry, '--product', pack.id, '--profile', profile.value, 'gateway', 'run'],
    env: {
      ...context.host.env,
      ...selectorsOf(pack, { profile: profile.value, stateDir: stateDir.value, configPath: configPath.value }, port.value),
    },
    cwd: stateDir.value,
    outputPath: context.host.paths.join(stateDir.value, 'logs', 'console.log'),
    untilReady: (signal) => untilChallenged(gatewayUrl('127.0.0.1', port.value), signal),
  };
}

function describeChange(child: supervise.Child, before: supervise.Child): string | undefined {
  const died =
    child.deaths.length > before.deaths.length || child.deaths.at(-1) !== before.deaths.at(-1) ? child.deaths.at(-1) : undefined;
  const how = died && (died.signal ? `was ended by ${died.signal}` : `ended with code ${died.code}`);
  if (how && child.state === 'starting') return `${how}; starting it again`;
  if (how && child.state === 'waiting') return `${how}; it ${child.reason}`;
  if (child.state === 'parked' && before.state !== 'parked') return `is parked: ${child.reason}`;
  if (child.pid !== null && before.pid === null) return `started, pid ${child.pid}`;
  if (child.state === 'ready' && before.state !== 'ready') return 'is ready';
  if (child.state === 'stopping' && before.state !== 'stopping') return 'is asked to stop';
  if (child.state === 'down' && before.state === 'stopping') return 'is stopped';
  return undefined;
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
