import { Problem, type ServiceChangeDocument, serviceName } from '@polygate/core';
import { builtinPlace } from '@polygate/host';
import type { ControlConnection } from '@polygate/supervisor/control';
import type { Outcome } from '../../command.ts';
import type { Context } from '../../context.ts';
import { lifecycleOutcome } from '../service-command.ts';
import type { ScopeOptions } from '../service-scope.ts';
import { isSame } from '../status/supervised.ts';
import { connectSupervisor } from './ask.ts';
import { DEFAULT_WAIT_MS, untilSettled } from './settled.ts';

/**
 * Runs `body` with the supervisor when it looks after the selected instance: a manager that started or stopped it, too, would be
 * undone at once. undefined when it does not.
 */
async function whenSupervised<T>(
  context: Context,
  { system, userName, manager }: ScopeOptions,
  body: (connection: ControlConnection, id: string) => Promise<T>,
): Promise<T | undefined> {
  if (system || userName !== undefined || manager !== undefined) return undefined;
  const connection = await connectSupervisor(context);
  if (!connection) return undefined;
  try {
    const opened = await context.open({ live: true });
    const { id } = opened.instance;
    const report = (await connection.ask('list', {})).find((one) => one.id === id);
    if (!report || !isSame(report, opened)) return undefined;
    // Installed under this very supervisor: its manager says and does the same, and tells of the service.
    const { pack, profile } = opened.instance;
    const own = builtinPlace(context.host).pathOf(serviceName(pack, profile.value, 'builtin'));
    if ((await context.host.files.stat(own)) !== undefined) return undefined;
    // One that it was told to stop is its own as long as there is no service for it.
    const { path } = report.instance.service;
    const hasService = path !== null && (await context.host.files.stat(path)) !== undefined;
    return report.wanted.value || report.up.value || !hasService ? await body(connection, id) : undefined;
  } finally {
    connection.close();
  }
}

/** Stops the selected instance by the supervisor; false when that does not run it. */
export async function stopSupervised(context: Context, options: ScopeOptions): Promise<boolean> {
  return (
    (await whenSupervised(context, options, async (connection, id) => {
      await connection.ask('stop', { ids: [id] });
      return true;
    })) ?? false
  );
}

/** `gateway start` and `gateway restart` of an instance that the supervisor runs; undefined when it does not. */
export function changeSupervised(
  context: Context,
  options: ScopeOptions,
  action: 'start' | 'restart',
): Promise<Outcome | undefined> {
  return whenSupervised(context, options, async (connection, id) => {
    if (action === 'start') await connection.ask('start', { ids: [id] });
    else await connection.ask('restart', { ids: [id], rolling: false });
    const [report] = await untilSettled(connection, [id], DEFAULT_WAIT_MS);
    if (!report?.ready.value || report.pid === null) {
      const { verdict = 'unknown', reason } = report ?? {};
      throw new Problem('SERVICE_NOT_HEALTHY', { name: id, verdict, reason: reason ?? 'it is not ready' });
    }
    const { pid } = report;
    const result: ServiceChangeDocument['result'] = action === 'start' ? 'started' : 'restarted';
    const message = `The supervisor (pid ${connection.hello.pid}) runs ${id}: it is ${result} and answers (pid ${pid}).`;
    return lifecycleOutcome(undefined, { action, result, message, pid });
  });
}
