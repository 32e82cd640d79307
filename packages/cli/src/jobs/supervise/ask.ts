import { Problem } from '@polygate/core';
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
  if (!connection) throw new Problem('SUPERVISOR_NOT_RUNNING', {});
  try {
    return await body(connection);
  } finally {
    connection.close();
  }
}
