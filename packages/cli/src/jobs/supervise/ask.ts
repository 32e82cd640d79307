import { isProblem } from '@polygate/core';
import type { InstanceReport } from '@polygate/core/supervise';
import { supervisorProblem } from '@polygate/core/supervisor-problem';
import { polygateFolders } from '@polygate/host';
import { type ControlConnection, connectControl, type SupervisorPlace, supervisorPlace } from '@polygate/supervisor/control';
import type { Context } from '../../context.ts';

/** Where the supervisor of this account keeps what others find it by. */
export function placeOf({ host }: Pick<Context, 'host'>): SupervisorPlace {
  return supervisorPlace(host, polygateFolders(host).state);
}

/** A connection to the supervisor of this account; undefined when none runs. The caller closes it. */
export function connectSupervisor({ host }: Pick<Context, 'host'>): Promise<ControlConnection | undefined> {
  return connectControl(placeOf({ host }).socket, { platform: host.platform });
}

/** Asks the supervisor something. @throws Problem SUPERVISOR_NOT_RUNNING */
export async function withSupervisor<T>(context: Context, body: (connection: ControlConnection) => Promise<T>): Promise<T> {
  const connection = await connectSupervisor(context);
  if (!connection) throw supervisorProblem('SUPERVISOR_NOT_RUNNING', {});
  try {
    return await body(connection);
  } finally {
    connection.close();
  }
}

/** What the supervisor tells of its instances, by id; nothing when none runs, or when it does not answer. */
export async function supervisedReports(context: Pick<Context, 'host'>): Promise<ReadonlyMap<string, InstanceReport>> {
  const connection = await connectSupervisor(context).catch(unlessProblem);
  if (!connection) return new Map();
  try {
    const reports = await connection.ask('list', {});
    return new Map(reports.map((report) => [report.id, report]));
  } catch (error) {
    unlessProblem(error);
    return new Map();
  } finally {
    connection.close();
  }
}

/** One that does not answer is no reason to tell nothing of what can be seen without it. */
function unlessProblem(error: unknown): undefined {
  if (!isProblem(error)) throw error;
  return undefined;
}
