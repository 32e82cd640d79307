import { SCHEMA_VERSION, type SupervisorDocument } from '@polygate/core';
import type { InstanceReport } from '@polygate/core/supervise';
import type { Hello, ReloadResult } from '@polygate/supervisor/control';
import type { Outcome } from '../../command.ts';
import type { Context } from '../../context.ts';
import { placeOf } from './ask.ts';
import { supervisorProcess } from './rows.ts';

export interface SupervisorTold {
  action: SupervisorDocument['action'];
  message: string;
  /** null: none runs (any more). */
  hello: Hello | null;
  reports: readonly InstanceReport[];
  reloaded?: ReloadResult;
}

/** What a command about the supervisor itself gives back. */
export function supervisorOutcome(context: Context, { action, message, hello, reports, reloaded }: SupervisorTold): Outcome {
  const { socket, logFile } = placeOf(context);
  const json: SupervisorDocument = {
    ...{ ok: true, schemaVersion: SCHEMA_VERSION, action, message },
    supervisor: hello && supervisorProcess(hello),
    ...{ socket, log: logFile },
    instances: reports.length,
    ready: reports.filter(({ ready }) => ready.value).length,
    ...(reloaded ? { reloaded } : {}),
  };
  return { json, text: message };
}
