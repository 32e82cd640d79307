import { Problem, type RunStep, type Step } from '@polygate/core';
import type { CommandOptions, Host } from '../ports.ts';
import type { Applied } from './manager.ts';

type ApplyHost = Pick<Host, 'files' | 'processes' | 'clock' | 'paths'>;

interface Done {
  step: Step;
  /** What a file was before; content undefined when it did not exist. */
  before?: { content: string | undefined; mode: number };
}

const POLL_MS = 20;

/**
 * Carries out steps in order. When one fails, files and run state are put back (in reverse order; then the commands that
 * make the manager follow), and the failure is thrown: Problem MANAGER_FAILED, or that of a file.
 */
export async function applySteps(host: ApplyHost, steps: readonly Step[], options: CommandOptions): Promise<Applied> {
  const done: Done[] = [];
  const warnings: string[] = [];
  for (const step of steps) {
    try {
      const before = await snapshot(host, step);
      done.push({ step, ...(before ? { before } : {}) });
      const warning = await carryOut(host, step, options);
      if (warning) warnings.push(warning);
    } catch (error) {
      await putBack(host, done, options);
      throw error;
    }
  }
  return { warnings, putBack: () => putBack(host, done, options) };
}

async function carryOut(host: ApplyHost, step: Step, options: CommandOptions): Promise<string | undefined> {
  switch (step.do) {
    case 'write':
      await host.files.makeDir(host.paths.dirname(step.path), 0o755);
      await host.files.write(step.path, step.content, step.mode);
      return undefined;
    case 'remove':
      await host.files.remove(step.path);
      return undefined;
    case 'await':
      await awaitPath(host, step);
      return undefined;
    case 'run':
      return runStep(host, step, options);
  }
}

async function runStep({ processes }: ApplyHost, step: RunStep, options: CommandOptions): Promise<string | undefined> {
  const { code, stderr, stdout, failure } = await processes.run(step.argv, options);
  if (code === 0) return undefined;
  const said = (stderr.trim() || stdout.trim() || failure || `exit ${code}`).split('\n').join(' ');
  if (step.tolerate?.test(said)) return undefined;
  if (step.advice !== undefined) return `${step.argv.join(' ')}: ${said.replace(/\.$/, '')}. ${step.advice}`;
  throw new Problem('MANAGER_FAILED', { command: step.argv.join(' '), reason: said });
}

async function awaitPath({ files, clock }: ApplyHost, step: Extract<Step, { do: 'await' }>): Promise<void> {
  const end = clock.now() + step.timeoutMs;
  while (!(await files.stat(step.path).catch(() => undefined))) {
    if (clock.now() >= end) {
      throw new Problem('MANAGER_FAILED', { command: step.what, reason: `not there after ${step.timeoutMs} ms (${step.path})` });
    }
    await clock.sleep(POLL_MS);
  }
}

async function snapshot({ files }: ApplyHost, step: Step): Promise<Done['before']> {
  if (step.do !== 'write' && step.do !== 'remove') return undefined;
  const content = await files.read(step.path);
  return { content, mode: (await files.stat(step.path))?.mode ?? 0o600 };
}

async function putBack(host: ApplyHost, done: readonly Done[], options: CommandOptions): Promise<void> {
  // Best effort throughout: each of these may fail for the reason that brought us here, and the first failure is the one to tell.
  for (const { step, before } of [...done].reverse()) {
    if (step.do === 'run' && step.undo) await host.processes.run(step.undo, options);
    if ((step.do === 'write' || step.do === 'remove') && before) {
      const restored =
        before.content === undefined ? host.files.remove(step.path) : host.files.write(step.path, before.content, before.mode);
      await Promise.resolve(restored).catch(() => undefined);
    }
  }
  for (const { step } of done) if (step.do === 'run' && step.settle) await host.processes.run(step.settle, options);
}
