/**
 * What goes over the control socket: one JSON object a line, a version on each, so that a command and a supervisor of two
 * releases tell one another so instead of guessing.
 */
export const CONTROL_VERSION = 1;
/** A longer line is nobody's request: a listing of 200 instances is a tenth of it. */
export const MAX_LINE_BYTES: number = 1024 * 1024;
const MAX_IDS = 2_000;
const MAX_ID_LENGTH = 256;

export const CONTROL_OPS = [
  'hello',
  'list',
  'start',
  'stop',
  'restart',
  'reload',
  'renew',
  'shutdown',
  'events',
  'metrics',
] as const;
export type ControlOp = (typeof CONTROL_OPS)[number];

/** What an operation is given; all of it is checked before anybody acts on it. */
export interface ControlParams {
  hello: object;
  list: object;
  start: { ids: readonly string[] };
  stop: { ids: readonly string[] };
  restart: { ids: readonly string[]; rolling: boolean };
  reload: object;
  renew: object;
  shutdown: { children: 'stop' | 'keep' };
  events: object;
  metrics: object;
}

export type ControlRequest = { [O in ControlOp]: { id: number; op: O } & ControlParams[O] }[ControlOp];

/** A failure as it travels. `params` make a Problem of it again, with the hint of the one who asks. */
export interface ControlFailure {
  code: string;
  message: string;
  hint: string;
  params?: Readonly<Record<string, unknown>> | undefined;
}

export type ControlReply =
  | { v: number; id: number | null; ok: true; result: unknown }
  | { v: number; id: number | null; ok: false; error: ControlFailure }
  | { v: number; id: number; event: unknown };

export type ParsedRequest = { request: ControlRequest } | { id: number | null; error: ControlFailure };

export function encodeLine(message: object): string {
  return `${JSON.stringify({ v: CONTROL_VERSION, ...message })}\n`;
}

/** A line as a request, or what to answer to it. Fields that it has no name for are let through: a later version may add some. */
export function parseRequest(line: string): ParsedRequest {
  const value = parseObject(line);
  if (!value) return { id: null, error: badRequest('it is not a JSON object') };
  const { v, id, op } = value;
  const known = typeof id === 'number' && Number.isSafeInteger(id) && id >= 0 ? id : null;
  if (v !== CONTROL_VERSION) return { id: known, error: wrongVersion(v) };
  if (known === null) return { id: null, error: badRequest('"id" is not a whole number') };
  if (!CONTROL_OPS.includes(op as ControlOp)) return { id: known, error: unknownOp(op) };
  const params = paramsOf(op as ControlOp, value);
  return typeof params === 'string'
    ? { id: known, error: badRequest(params) }
    : { request: { id: known, op, ...params } as ControlRequest };
}

/** A line as a reply; undefined when it is none. */
export function parseReply(line: string): ControlReply | undefined {
  const value = parseObject(line);
  if (!value || typeof value.v !== 'number') return undefined;
  if ('event' in value && typeof value.id === 'number') return value as unknown as ControlReply;
  const hasId = typeof value.id === 'number' || value.id === null;
  if (!hasId || typeof value.ok !== 'boolean') return undefined;
  if (value.ok) return value as unknown as ControlReply;
  const { code, message, hint } = (value.error ?? {}) as Partial<ControlFailure>;
  const isFailure = typeof code === 'string' && typeof message === 'string' && typeof hint === 'string';
  return isFailure ? (value as unknown as ControlReply) : undefined;
}

export const badRequest = (reason: string): ControlFailure => ({
  code: 'BAD_REQUEST',
  message: `the control socket was asked in a way it does not know: ${reason}`,
  hint: 'one JSON object a line: {"v":1,"id":1,"op":"list"}',
});

export const lineTooLong = (): ControlFailure => badRequest(`a line of more than ${MAX_LINE_BYTES} bytes`);

function wrongVersion(v: unknown): ControlFailure {
  return {
    code: 'VERSION_MISMATCH',
    message: `this supervisor speaks version ${CONTROL_VERSION} of the control protocol, not ${JSON.stringify(v) ?? 'none'}`,
    hint: 'use the polygate that started it, or start it anew with this one',
  };
}

function unknownOp(op: unknown): ControlFailure {
  return {
    code: 'UNKNOWN_OP',
    message: `there is no operation ${JSON.stringify(op)?.slice(0, 80) ?? 'without a name'}`,
    hint: `one of: ${CONTROL_OPS.join(', ')}`,
  };
}

function paramsOf(op: ControlOp, value: Record<string, unknown>): object | string {
  switch (op) {
    case 'start':
    case 'stop':
      return idsOf(value);
    case 'restart': {
      const ids = idsOf(value);
      if (typeof ids === 'string') return ids;
      const { rolling = false } = value;
      return typeof rolling === 'boolean' ? { ...ids, rolling } : '"rolling" is not true or false';
    }
    case 'shutdown': {
      const { children } = value;
      return children === 'stop' || children === 'keep' ? { children } : '"children" is not stop or keep';
    }
    default:
      return {};
  }
}

function idsOf({ ids }: Record<string, unknown>): { ids: string[] } | string {
  const isId = (id: unknown) => typeof id === 'string' && id !== '' && id.length <= MAX_ID_LENGTH;
  return Array.isArray(ids) && ids.length <= MAX_IDS && ids.every(isId) ? { ids } : '"ids" is not a list of names';
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
