import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import type { ExitCode } from '@polygate/core';
import { frugal } from '@polygate/core/frugal';
import { supervisorProblem } from '@polygate/core/supervisor-problem';
import type { Context } from '../../context.ts';
import { launchOf } from '../launch.ts';
import { shellCode } from '../shell-code.ts';
import { CHANNEL_FD, type Heritage, SUCCEEDS } from './succession.ts';

/** To read all settings; and then to take all instances on. */
const BUDGET_MS = 60_000;

/** A supervisor that is about to take the place of this one. */
export interface Heir {
  readonly pid: number;
  /** The place is free: resolves when it has taken it. @throws Problem SUPERVISOR_NOT_RENEWED when it does not; it is gone then */
  takeOver(): Promise<void>;
  /** Signals that reach this process reach it, and this process ends as it does. */
  outlive(): Promise<ExitCode>;
  /** This process need not wait for it. */
  letGo(): void;
}

/**
 * Starts the code that is on the disk now, with the same arguments, output and terminal. It has read all settings when this
 * resolves, and has touched nothing. @throws Problem SUPERVISOR_NOT_RENEWED
 */
export async function startHeir(context: Context, heritage: Heritage, env: Readonly<Record<string, string>>): Promise<Heir> {
  const { node } = launchOf(context);
  const child = spawn(node, [...frugal(process.execArgv), process.argv[1] ?? '', ...process.argv.slice(2)], {
    env: { ...process.env, ...env, [SUCCEEDS]: JSON.stringify(heritage) },
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
  });
  const word = listen(child);
  const refuse = (reason: string) => {
    child.kill('SIGKILL');
    return supervisorProblem('SUPERVISOR_NOT_RENEWED', { reason });
  };
  const first = await word();
  if (first !== 'prepared') throw refuse(first);
  return {
    pid: child.pid as number,
    async takeOver() {
      (child.stdio[CHANNEL_FD] as Duplex).write('go\n');
      const second = await word();
      if (second !== 'up') throw refuse(second);
    },
    outlive: () =>
      new Promise((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
        child.once('exit', (code, signal) => resolve(shellCode(code, signal)));
        if (child.exitCode !== null) resolve(child.exitCode as ExitCode);
      }),
    letGo() {
      (child.stdio[CHANNEL_FD] as Duplex).destroy();
      child.unref();
    },
  };
}

/** Gives what the successor says, word by word; why it says nothing more when it ended or takes too long. */
function listen(child: ChildProcess): () => Promise<string> {
  const said: string[] = [];
  let ended: string | undefined;
  let wake: () => void = () => undefined;
  let rest = '';
  const channel = child.stdio[CHANNEL_FD] as Duplex;
  channel.on('data', (chunk: Buffer) => {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    said.push(...lines.map((line) => line.replace(/^failed /, '')));
    wake();
  });
  const end = (why: string) => {
    ended ??= why;
    wake();
  };
  channel.on('error', () => undefined);
  child.once('error', (error) => end(error.message));
  // Its channel is read to the end first: the last word may tell why.
  child.once('close', (code, signal) => end(`it ended with ${signal ?? code}`));
  return async () => {
    const timer = setTimeout(() => end(`it took more than ${BUDGET_MS / 1000} s`), BUDGET_MS);
    while (said.length === 0 && ended === undefined) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    clearTimeout(timer);
    return said.shift() ?? (ended as string);
  };
}
