import { SCHEMA_VERSION, type SupervisorEventLine, type UpEvent } from '@polygate/core';
import type { SupervisorEvent } from '@polygate/core/supervise';
import type { Context } from '../../context.ts';

/** A line of the supervisor itself: a sentence, with the time. */
export function say({ globals, host, emit }: Context, id: string, event: string): void {
  const time = new Date(host.clock.now()).toISOString();
  const line: UpEvent = { schemaVersion: SCHEMA_VERSION, time, instance: id, event };
  emit(globals.json ? JSON.stringify(line) : `${time} ${id} ${event}`);
}

/** A line of `events`. */
export function emitEvent({ globals, emit }: Context, { at, id, event, message, pid }: SupervisorEvent): void {
  const time = new Date(at).toISOString();
  const line: SupervisorEventLine = { schemaVersion: SCHEMA_VERSION, time, instance: id, event, message, pid };
  emit(globals.json ? JSON.stringify(line) : `${time} ${id} ${message}`);
}
