import { type DeviceChangeDocument, type DevicesDocument, Problem, SCHEMA_VERSION } from '@polygate/core';
import type { Options, Outcome } from '../command.ts';
import type { Context } from '../context.ts';
import { numberOption } from './number-option.ts';
import { callOnce } from './rpc.ts';
import { resolveTarget } from './target.ts';

type Call = (method: string, params: unknown) => Promise<unknown>;
type Known = Pick<DevicesDocument, 'pending' | 'paired'>;

/** Devices as the gateway of the instance knows them. */
export async function askDevices(context: Context, options: Options): Promise<Known> {
  return (await (
    await caller(context, options)
  )('device.pair.list', {})) as Known;
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

/** @throws Problem DEVICE_UNKNOWN where none or more than one is meant */
function theOne<T>(
  all: readonly T[],
  given: string | undefined,
  { idOf, what, list }: { idOf(item: T): string; what: string; list: string },
): T {
  const meant = given === undefined ? all : all.filter((item) => idOf(item).startsWith(given));
  const [first] = meant;
  if (first !== undefined && meant.length === 1 && given !== '') return first;
  throw new Problem('DEVICE_UNKNOWN', { what, given: given ?? '', found: meant.length, list });
}

async function caller(context: Context, options: Options): Promise<Call> {
  const { url, token, password } = options as Record<string, string | undefined>;
  const target = resolveTarget(context, await context.open({ live: true }), { url, token, password });
  const timeoutMs = numberOption('--timeout', options.timeout, 10_000);
  return (method, params) => callOnce(context, target, method, params, timeoutMs);
}
