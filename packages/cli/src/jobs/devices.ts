import { type DeviceChangeDocument, type DevicesDocument, SCHEMA_VERSION } from '@polygate/core';
import type { Options, Outcome } from '../command.ts';
import type { Context } from '../context.ts';
import { type Call, caller } from './caller.ts';
import { theOne } from './the-one.ts';

type Known = Pick<DevicesDocument, 'pending' | 'paired'>;

/** Devices as the gateway of the instance knows them. */
export async function askDevices(context: Context, options: Options): Promise<Known> {
  const call = await caller(context, options);
  return (await call('device.pair.list', {})) as Known;
}

/** Answers a request that waits: the one that is named, by how it begins, or the only one. */
export async function answerDevice(
  context: Context,
  options: Options,
  { verb, request }: { verb: 'approve' | 'reject'; request: string | undefined },
): Promise<Outcome> {
  const call = await caller(context, options);
  const { pending } = (await call('device.pair.list', {})) as Known;
  const { requestId, deviceId, displayName, clientId } = theOne(pending, request, {
    code: 'DEVICE_UNKNOWN',
    idOf: (p) => p.requestId,
    what: 'request',
    list: `${context.commandLine} devices list`,
  });
  await call(`device.pair.${verb}`, { requestId });
  const message = verb === 'approve' ? 'is let in' : 'is turned away';
  return outcome({ action: verb === 'approve' ? 'approved' : 'rejected', message, deviceId, requestId }, displayName ?? clientId);
}

interface Change {
  call: Call;
  deviceId: string;
  role: string;
}

/** Changes a device that is paired: the one whose id begins so. */
export async function changeDevice(
  context: Context,
  options: Options,
  given: string,
  change: (at: Change) => Promise<Pick<DeviceChangeDocument, 'action' | 'message' | 'file'>>,
): Promise<Outcome> {
  const call = await caller(context, options);
  const { paired } = (await call('device.pair.list', {})) as Known;
  const device = theOne(paired, given, {
    code: 'DEVICE_UNKNOWN',
    idOf: (d) => d.deviceId,
    what: 'device',
    list: `${context.commandLine} devices list`,
  });
  const { deviceId, roles, displayName, clientId } = device;
  const role = (options.role as string | undefined) ?? roles[0] ?? 'operator';
  return outcome({ ...(await change({ call, deviceId, role })), deviceId }, displayName ?? clientId);
}

function outcome(change: Omit<DeviceChangeDocument, 'ok' | 'schemaVersion'>, name: string): Outcome {
  const json: DeviceChangeDocument = { ok: true, schemaVersion: SCHEMA_VERSION, ...change, message: `${name} ${change.message}` };
  return { json, text: `${json.message}.` };
}
