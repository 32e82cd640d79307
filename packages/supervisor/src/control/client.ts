import { connect, type Socket } from 'node:net';
import { catalogue, Problem, type ProblemCode } from '@polygate/core';
import type { InstanceReport, SupervisorEvent } from '@polygate/core/supervise';
import { isSupervisorCode, supervisorProblem } from '@polygate/core/supervisor-problem';
import type { Hello, ReloadResult } from './answers.ts';
import { lineReader } from './line-reader.ts';
import { socketLimit } from './place.ts';
import { CONTROL_VERSION, type ControlFailure, type ControlOp, type ControlParams, encodeLine, parseReply } from './protocol.ts';

/** What is asked for without waiting for a process answers at once; the event loop of a supervisor is never busy for long. */
const ANSWER_MS = 10_000;
/** The longest that a stop or a rolling restart of many may take; it ends by itself long before. */
const LONG_MS = 3_600_000;
const MAX_REPLY_BYTES = 64 * 1024 * 1024;

interface ControlResults {
  hello: Hello;
  list: InstanceReport[];
  start: null;
  stop: null;
  restart: null;
  reload: ReloadResult;
  renew: null;
  shutdown: null;
  events: null;
  metrics: string;
}

/** A connection to the supervisor that runs. */
export interface ControlConnection {
  readonly hello: Hello;
  /** @throws Problem of the supervisor as if it had happened here, or SUPERVISOR_UNREACHABLE */
  ask<O extends ControlOp>(op: O, params: ControlParams[O], timeoutMs?: number): Promise<ControlResults[O]>;
  /** Hears of every transition from now on. */
  events(listener: (event: SupervisorEvent) => void): Promise<void>;
  /** When the supervisor is gone or has let go. */
  readonly closed: Promise<void>;
  close(): void;
}

/**
 * Connects to the supervisor of a control socket; undefined when nobody listens there.
 * @throws Problem SUPERVISOR_UNREACHABLE, SUPERVISOR_MISMATCH, FILE_DENIED (it is another user's)
 */
export async function connectControl(
  path: string,
  { platform, timeoutMs = ANSWER_MS }: { platform: NodeJS.Platform; timeoutMs?: number },
): Promise<ControlConnection | undefined> {
  // Node before 22 cuts a path that is too long, and would ask somebody else.
  if (socketLimit(platform, path) !== undefined) return undefined;
  const socket = await open(path, timeoutMs);
  if (!socket) return undefined;
  const line = new Line(socket, path);
  try {
    const hello = await line.ask('hello', {}, timeoutMs);
    return {
      hello,
      ask: (op, params, within) => line.ask(op, params, within),
      events: (listener) => line.events(listener),
      closed: line.closed,
      close: () => socket.destroy(),
    };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function open(path: string, timeoutMs: number): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const timer = setTimeout(() => {
      socket.destroy();
      reject(supervisorProblem('SUPERVISOR_UNREACHABLE', { path, reason: `no connection within ${timeoutMs} ms` }));
    }, timeoutMs);
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(socket);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED' || error.code === 'ENOTDIR') resolve(undefined);
      else if (error.code === 'EACCES' || error.code === 'EPERM')
        reject(new Problem('FILE_DENIED', { file: path, action: 'connect to' }, { cause: error }));
      else reject(supervisorProblem('SUPERVISOR_UNREACHABLE', { path, reason: error.message }, { cause: error }));
    });
  });
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Problem): void;
}

/** Questions and answers on one connection, told apart by their ids. */
class Line {
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #path: string;
  readonly #waiting = new Map<number, Waiting>();
  #listener: ((event: SupervisorEvent) => void) | undefined;
  #next = 1;

  constructor(socket: Socket, path: string) {
    this.#socket = socket;
    this.#path = path;
    const read = lineReader(
      MAX_REPLY_BYTES,
      (line) => this.#take(line),
      () => socket.destroy(),
    );
    socket.on('data', read);
    socket.on('error', () => socket.destroy());
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        for (const { reject } of this.#waiting.values()) reject(this.#unreachable('it closed the connection'));
        this.#waiting.clear();
        resolve();
      });
    });
  }

  ask<O extends ControlOp>(op: O, params: ControlParams[O], timeoutMs = timeOf(op)): Promise<ControlResults[O]> {
    const id = this.#next;
    this.#next += 1;
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) {
        reject(this.#unreachable('it closed the connection'));
        return;
      }
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(this.#unreachable(`no answer within ${timeoutMs} ms`));
      }, timeoutMs);
      this.#waiting.set(id, {
        resolve: (result) => {
          clearTimeout(timer);
          resolve(result as ControlResults[O]);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      this.#socket.write(encodeLine({ id, op, ...params }));
    });
  }

  async events(listener: (event: SupervisorEvent) => void): Promise<void> {
    this.#listener = listener;
    await this.ask('events', {});
  }

  #take(line: string): void {
    const reply = parseReply(line);
    if (!reply) {
      this.#socket.destroy();
      return;
    }
    if ('event' in reply) {
      this.#listener?.(reply.event as SupervisorEvent);
      return;
    }
    if (reply.v !== CONTROL_VERSION) {
      const problem = supervisorProblem('SUPERVISOR_MISMATCH', { spoken: reply.v, wanted: CONTROL_VERSION });
      for (const { reject } of this.#waiting.values()) reject(problem);
      this.#waiting.clear();
      return;
    }
    const waiting = reply.id === null ? undefined : this.#waiting.get(reply.id);
    if (!waiting || reply.id === null) return;
    this.#waiting.delete(reply.id);
    if (reply.ok) waiting.resolve(reply.result);
    else waiting.reject(problemOf(reply.error));
  }

  #unreachable(reason: string): Problem {
    return supervisorProblem('SUPERVISOR_UNREACHABLE', { path: this.#path, reason });
  }
}

const timeOf = (op: ControlOp) =>
  op === 'stop' || op === 'restart' || op === 'start' || op === 'reload' || op === 'renew' ? LONG_MS : ANSWER_MS;

/** The failure as a Problem of the catalogue, so that it is told like one of this process, with its exit code. */
function problemOf({ code, message, hint, params }: ControlFailure): Problem {
  if (code === 'VERSION_MISMATCH') return supervisorProblem('SUPERVISOR_MISMATCH', { spoken: null, wanted: CONTROL_VERSION });
  if (params !== undefined) {
    try {
      if (isSupervisorCode(code)) return supervisorProblem(code, params as never);
      if (Object.hasOwn(catalogue, code)) return new Problem(code as ProblemCode, params as never);
    } catch {
      // A code that this release fills in another way: what the other one said of it counts.
    }
  }
  return supervisorProblem('SUPERVISOR_REFUSED', { code, message, hint });
}
