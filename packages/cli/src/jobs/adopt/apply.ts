import { type AdoptionRecord, type FileState, isProblem, Problem, serviceName, variableName } from '@polygate/core';
import { parseEnvFile, recogniseService } from '@polygate/core/service';
import type { ServiceManager } from '@polygate/host';
import { adoptionPath, readAdoption } from '@polygate/host/adoptions';
import type { Outcome } from '../../command.ts';
import type { Context } from '../../context.ts';
import { alone, carryOut } from '../carry-out.ts';
import { lifecycleOutcome } from '../service-command.ts';
import { leasePorts } from '../setup/lease.ts';
import { untilHealthy } from '../until-healthy.ts';
import { type Planned, planAdoption } from './plan.ts';

/** Takes over the service of others; success means that the process of the new one answers for this very instance. */
export async function adopt(context: Context, manager: ServiceManager, named: string | undefined): Promise<Outcome> {
  const missing = await manager.detect();
  if (missing) throw missing;
  const { name } = await planAdoption(context, manager, named);
  return alone(context, manager, name, async () => {
    // Planned again once alone: another command may just have ended.
    const planned = await planAdoption(context, manager, named);
    return planned.plan.result === 'apply' ? take(context, manager, planned) : nothing(manager, planned);
  });
}

async function nothing(manager: ServiceManager, { name, view, audit }: Planned): Promise<Outcome> {
  return lifecycleOutcome(
    { manager, name, view },
    { action: 'adopt', result: 'already-adopted', message: `${name} is Polygate's already; nothing to do.`, audit },
  );
}

async function take(context: Context, manager: ServiceManager, planned: Planned): Promise<Outcome> {
  const { opened, name, from, inspection, view, audit, port, secrets, lost, plan } = planned;
  const { host } = context;
  const { folders } = await context.world();
  const record = adoptionPath(host, manager.folder ?? folders, manager.id, name);
  await host.files.makeDir(host.paths.dirname(record), 0o700);
  await host.files.makeDir(host.paths.dirname(opened.settingsFile), 0o700);
  const { warnings, putBack } = await carryOut(context, manager, name, plan.steps);
  const restarts = plan.steps.some((step) => step.do === 'run' && step.starts);
  const asked = { port: String(port), ...credentials(opened.instance.pack, secrets) };
  const healthy = restarts
    ? await untilHealthy(context, manager, name, view?.pid, asked).catch(async (error: unknown) => {
        await putBack();
        throw error;
      })
    : undefined;
  if (from !== name) await Promise.all(inspection.overrides.map(({ path }) => removeEmpty(context, host.paths.dirname(path))));
  warnings.push(
    ...(await lease(context, planned)),
    ...lost.map((setting) => `not taken over${manager.id.startsWith('systemd') ? ', a drop-in keeps it' : ''}: ${setting}`),
  );
  return lifecycleOutcome(
    { manager, name, view: await manager.status(name) },
    {
      action: 'adopt',
      result: 'adopted',
      message: healthy
        ? `${from === name ? name : `${from} is now ${name}. It`} is Polygate's and answers (pid ${healthy.pid}, port ${port}).`
        : `${from === name ? name : `${from} is now ${name}. It`} is Polygate's; it did not run, and was not started.`,
      ...(healthy ? { pid: healthy.pid } : {}),
      warnings,
      hints: [
        `What was there is kept: ${record}`,
        `To have it back: ${context.commandLine} gateway adopt --undo${manager.options}`,
      ],
      kept: [record],
      audit,
    },
  );
}

type Pack = Planned['opened']['instance']['pack'];

function credentials(pack: Pack, secrets: Readonly<Record<string, string>>) {
  const [token, password] = [secrets[variableName(pack, 'GATEWAY_TOKEN')], secrets[variableName(pack, 'GATEWAY_PASSWORD')]];
  return { ...(token === undefined ? {} : { token }), ...(password === undefined ? {} : { password }) };
}

const removeEmpty = (context: Context, directory: string) =>
  context.host.files.trees.removeEmpty(directory).catch(() => undefined);

/**
 * A port that clashes is no reason to give the service back: it clashed before. The ledger of another account is its own, and
 * finds what the disk has.
 */
async function lease(context: Context, { opened }: Planned): Promise<string[]> {
  if (context.host.users.isOther) return [];
  const { instance } = opened;
  const found = { ...opened, instance: { ...instance, port: { ...instance.port, origin: 'config' as const } } };
  try {
    await leasePorts(context, found, {});
    return [];
  } catch (error) {
    if (!isProblem(error)) throw error;
    return [`its ports are not leased to it: ${error.message}`];
  }
}

/** Gives an adopted service back, as it was: its files, whether it runs, whether it starts by itself. */
export async function undoAdoption(context: Context, manager: ServiceManager): Promise<Outcome> {
  const missing = await manager.detect();
  if (missing) throw missing;
  const { host } = context;
  const { folders } = await context.world();
  const { instance } = await context.open({ live: false });
  const name = serviceName(instance.pack, instance.profile.value, manager.id);
  const file = adoptionPath(host, manager.folder ?? folders, manager.id, name);
  return alone(context, manager, name, async () => {
    const record = await readAdoption(host, file);
    if (!record) throw new Problem('NOTHING_ADOPTED', { name });
    const before = await manager.status(name);
    const { name: from, enabled, active } = record;
    const files = record.files as FileState[];
    const overrides = from === name ? [] : (await manager.inspect(name)).overrides;
    const plan = await manager.plan(name, { kind: 'restore', from, files, enabled, active });
    const { warnings } = await carryOut(context, manager, from, [...plan.steps, { do: 'remove', path: file }]);
    await Promise.all(overrides.map(({ path }) => removeEmpty(context, host.paths.dirname(path))));
    const asked = await askedOf(context, manager, instance.pack, record);
    const healthy = active ? await untilHealthy(context.again(), manager, from, before?.pid, asked) : undefined;
    return lifecycleOutcome(
      { manager, name: from, view: await manager.status(from) },
      {
        action: 'adopt',
        result: 'restored',
        message: `${from} is as it was before it was adopted${healthy ? ` and answers (pid ${healthy.pid})` : ''}.`,
        ...(healthy ? { pid: healthy.pid } : {}),
        warnings,
      },
    );
  });
}

/** Where a restored service is reached: its own definition says it. */
async function askedOf(context: Context, manager: ServiceManager, pack: Pack, { name }: AdoptionRecord) {
  const inspection = await manager.inspect(name);
  const { definition } = inspection;
  if (!definition) return {};
  const texts = await Promise.all(
    manager.environmentFilesIn(inspection).map((path) => context.host.files.read(path).catch(() => undefined)),
  );
  const secrets = Object.assign({}, ...texts.map((text) => parseEnvFile(text ?? '')), definition.environment) as Record<
    string,
    string
  >;
  const port = recogniseService([pack], name, definition)?.port;
  return { ...(port === undefined ? {} : { port: String(port) }), ...credentials(pack, secrets) };
}
