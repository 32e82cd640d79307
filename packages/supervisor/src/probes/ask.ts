import type { ChildProcess } from 'node:child_process';
import type { Finding, InstanceSpec, ProbeSpec } from '@polygate/core/supervise';
import { systemProgram } from '@polygate/core/windows';
import { spawnHidden } from '../engine/spawn-hidden.ts';

/** What was found, before it is known how long it took. */
export type Answer = Pick<Finding, 'outcome' | 'detail'>;

/** Asks once by one of the simple kinds. Settles within the time of the probe, whatever the other side does. */
export function askOnce(spec: ProbeSpec, instance: InstanceSpec, signal: AbortSignal): Promise<Answer> {
  switch (spec.kind) {
    case 'tcp':
      return askTcp(spec, instance, signal);
    case 'http':
      return askHttp(spec, instance, signal);
    default:
      return askCommand(spec, instance, signal);
  }
}

async function askTcp(spec: ProbeSpec, { target }: InstanceSpec, signal: AbortSignal): Promise<Answer> {
  const { connect } = await import('node:net');
  const port = spec.port ?? target.port;
  return new Promise((resolve) => {
    const socket = connect({ host: target.host, port });
    const finish = settleOnce(spec, signal, resolve, () => socket.destroy());
    socket.once('connect', () => finish({ outcome: 'ok', detail: `port ${port} accepts` }));
    socket.once('error', (error) => finish(fromError(error, port)));
  });
}

/** 200 to 399 is good; nothing of the body is read. A redirect is an answer, and is not followed. */
async function askHttp(spec: ProbeSpec, { target }: InstanceSpec, signal: AbortSignal): Promise<Answer> {
  const { request } = await import('node:http');
  const port = spec.port ?? target.port;
  const path = spec.path ?? '/';
  return new Promise((resolve) => {
    const asked = request({ host: target.host, port, path, agent: false });
    const finish = settleOnce(spec, signal, resolve, () => asked.destroy());
    asked.once('response', ({ statusCode = 0 }) => {
      finish({ outcome: statusCode >= 200 && statusCode < 400 ? 'ok' : 'failed', detail: `${path} answers ${statusCode}` });
    });
    // Destroying it is an error of its own, after the answer.
    asked.on('error', (error) => finish(fromError(error, port)));
    asked.end();
  });
}

/** exit 0 is good. It runs in the environment of the instance, in a group of its own, which ends with the time. */
async function askCommand(spec: ProbeSpec, { env, cwd }: InstanceSpec, signal: AbortSignal): Promise<Answer> {
  const [program = ''] = spec.command ?? [];
  return new Promise((resolve) => {
    let child: ChildProcess;
    try {
      child = spawnHidden(spec.command ?? [], { cwd, env: { ...env }, detached: true, stdio: 'ignore' });
    } catch (error) {
      // A word with NUL in it; on Windows also what cmd would change.
      resolve({ outcome: 'failed', detail: `${program}: ${(error as Error).message}` });
      return;
    }
    const finish = settleOnce(spec, signal, resolve, () => endGroup(child));
    child.once('error', (error) => finish({ outcome: 'failed', detail: `${program}: ${error.message}` }));
    child.once('exit', (code, by) => {
      const how = by === null ? `ends with ${code}` : `is ended by ${by}`;
      finish({ outcome: code === 0 ? 'ok' : 'failed', detail: `${program} ${how}` });
    });
  });
}

/** One answer, of the other side or of the clock; then everything that is left of the asking is ended. */
function settleOnce(
  { timeoutMs }: ProbeSpec,
  signal: AbortSignal,
  resolve: (answer: Answer) => void,
  end: () => void,
): (answer: Answer) => void {
  const finish = (answer: Answer) => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    end();
    resolve(answer);
  };
  const timer = setTimeout(() => finish({ outcome: 'silent', detail: `no answer within ${timeoutMs / 1000} s` }), timeoutMs);
  const onAbort = () => finish({ outcome: 'failed', detail: 'not asked to the end' });
  signal.addEventListener('abort', onAbort, { once: true });
  return finish;
}

function fromError({ code, message }: NodeJS.ErrnoException, port: number): Answer {
  return code === 'ECONNREFUSED'
    ? { outcome: 'closed', detail: `nothing listens on port ${port}` }
    : { outcome: 'failed', detail: message };
}

function endGroup(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  if (process.platform === 'win32') {
    if (child.exitCode === null) {
      spawnHidden([systemProgram(process.env, 'taskkill'), '/F', '/T', '/PID', String(pid)], { env: {}, stdio: 'ignore' }).on(
        'error',
        () => undefined,
      );
    }
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already, with all that it started.
  }
}
