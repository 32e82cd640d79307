import { type FleetChangeDocument, type LeftOutInstance, SCHEMA_VERSION } from '@polygate/core';
import type { InstanceReport } from '@polygate/core/supervise';
import type { Hello } from '@polygate/supervisor/control';
import type { Outcome } from '../../command.ts';
import type { Context } from '../../context.ts';
import { supervisedRow, supervisedTable, supervisorProcess } from './rows.ts';

export interface FleetChange {
  action: FleetChangeDocument['action'];
  message: string;
  reports: readonly InstanceReport[];
  /** undefined: none runs any more. */
  hello?: Hello | undefined;
  leftOut?: readonly LeftOutInstance[];
}

/** What a command gives back that changed what runs. */
export function changeOutcome(context: Context, { action, message, reports, hello, leftOut = [] }: FleetChange): Outcome {
  const instances = reports.map(supervisedRow);
  const json: FleetChangeDocument = {
    ...{ ok: true, schemaVersion: SCHEMA_VERSION, action, message },
    supervisor: hello ? supervisorProcess(hello) : null,
    instances,
    notStarted: [...leftOut],
  };
  const table = instances.length > 0 ? [supervisedTable(instances, context.host.clock.now())] : [];
  const others = leftOut.map(({ id, reason }) => `${id} is not started: ${reason}`);
  return { json, text: [message, ...others, ...table].join('\n') };
}
