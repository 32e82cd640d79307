import { Problem, type RunStep, type Step, type TreeStep, type UntilStep } from '@polygate/core';
import { explainHresult, explainWin32, unsigned } from '@polygate/core/windows-numbers';
import type { CommandOptions, CommandResult, Host } from '../ports.ts';
import type { Applied } from './manager.ts';

type ApplyHost = Pick<Host, 'files' | 'processes' | 'clock' | 'paths'>;

type AnyStep = Step | TreeStep;

interface Done {
  step: AnyStep;
  /** What a file was before; content undefined when it did not exist. */
  before?: { content: string | undefined; mode: number };
  /** The directory was there before. */
  existed?: boolean;
}

const POLL_MS = 20;
/** A command is a process of its own. */
const RETRY_MS = 100;

/** What a manager is asked while its plan is carried out. */
export interface ApplyOptions extends CommandOptions {
  /** Nothing of this service runs any more. */
  hasEnded?(name: string): Promise<boolean>;
}

/**
 * Carries out steps in order. When one fails, files and run state are put back (in reverse order; then the commands that
 * make the manager follow), and the failure is thrown: Problem MANAGER_FAILED, or that of a file.
 */
export async function applySteps(host: ApplyHost, steps: readonly AnyStep[], options: ApplyOptions): Promise<Applied> {
  const done: Done[] = [];
  const warnings: string[] = [];
  let unstarted = false;
  const carryOutAll = async (some: readonly AnyStep[]) => {
    for (const step of some) {
      const entry: Done = { step, ...(await snapshot(host, step)) };
      done.push(entry);
      const { warning, instead, unstarted: isLeft } = await carryOut(host, step, options);
      if (warning) warnings.push(warning);
      if (isLeft) unstarted = true;
      if (!instead) continue;
      // It did nothing: there is nothing of it to take back.
      done.splice(done.indexOf(entry), 1);
      await carryOutAll(instead);
    }
  };
  try {
    await carryOutAll(steps);
  } catch (error) {
    await putBack(host, done, options);
    throw error;
  }
  return { warnings, ...(unstarted ? { unstarted } : {}), putBack: () => putBack(host, done, options) };
}

/** Carries out steps some of which may have been done before, and takes nothing back: to finish what was interrupted. */
export async function finishSteps(host: ApplyHost, steps: readonly AnyStep[]): Promise<void> {
  const { kindOf } = host.files.trees;
  for (const step of steps) {
    // Moved already; where to it went may have been deleted by now.
    if (step.do === 'move' && !(await kindOf(step.from))) continue;
    await carryOut(host, step, {});
  }
}

/** What came of a step: something to say, or other steps that take its place. */
interface Outcome {
  warning?: string | undefined;
  instead?: readonly Step[] | undefined;
  /** It was to start something, and could not, which is not the end. */
  unstarted?: true | undefined;
}

async function carryOut(host: ApplyHost, step: AnyStep, options: ApplyOptions): Promise<Outcome> {
  switch (step.do) {
    case 'write':
      await host.files.makeDir(host.paths.dirname(step.path), 0o755);
      await host.files.write(step.path, step.content, step.mode);
      return {};
    case 'remove':
      await host.files.remove(step.path);
      return {};
    case 'copyFile':
      await host.files.makeDir(host.paths.dirname(step.path), 0o755);
      await host.files.copyFile(step.from, step.path);
      return {};
    case 'mode':
      await host.files.setMode(step.path, step.mode);
      return {};
    case 'await':
      await awaitPath(host, step);
      return {};
    case 'ended':
      await awaitEnd(host, step, options);
      return {};
    case 'until':
      await awaitAnswer(host, step, options);
      return {};
    case 'run':
      return runStep(host, step, options);
    default:
      return { warning: await carryOutTree(host, step) };
  }
}

async function carryOutTree({ files }: ApplyHost, step: TreeStep): Promise<string | undefined> {
  const { trees } = files;
  switch (step.do) {
    case 'makeDir':
      await files.makeDir(step.path, step.mode);
      return undefined;
    case 'removeTree':
      await trees.remove(step.path);
      return undefined;
    case 'copy': {
      const skipped = await trees.copy(step.from, step.to, step.except);
      return skipped.length > 0 ? `not copied, as they lead elsewhere: ${skipped.join(', ')}` : undefined;
    }
    case 'move':
      await trees.move(step.from, step.to);
      return undefined;
  }
}

async function runStep(host: ApplyHost, step: RunStep, options: ApplyOptions): Promise<Outcome> {
  const { files, paths } = host;
  // Written first: a command that is cut short may have been carried out all the same, and is to be known for it.
  if (step.leaves) {
    await files.makeDir(paths.dirname(step.leaves.path), 0o700);
    await files.write(step.leaves.path, step.leaves.content, 0o600);
  }
  const result = step.leave ? await host.processes.launch(step.argv) : await runOf(host, step, step.argv, options);
  if (result.code === 0 || isAmong(result.code, step.tolerateCodes)) return {};
  if (step.leaves) await files.remove(step.leaves.path);
  const said = wordsOf(step, result);
  if (step.tolerate?.test(said)) return {};
  if (step.instead && takesPlace(step.instead, result.code)) {
    const { steps, told } = step.instead;
    return { instead: steps, warning: told === undefined ? undefined : `${told} (${said.replace(/\.$/, '')})` };
  }
  if (step.advice !== undefined)
    return { warning: `${step.argv.join(' ')}: ${said.replace(/\.$/, '')}. ${step.advice}`, unstarted: step.starts };
  throw new Problem('MANAGER_FAILED', { command: step.argv.join(' '), reason: said, status: result.code });
}

const isAmong = (code: number | undefined, codes: readonly number[] | undefined) =>
  code !== undefined && (codes?.includes(unsigned(code)) ?? false);

function takesPlace({ when, unless }: NonNullable<RunStep['instead']>, code: number | undefined): boolean {
  return !isAmong(code, unless) && (when === undefined || isAmong(code, when));
}

/** What a number means, where it means something; else its own words, in whatever language. */
function wordsOf({ meaning }: RunStep, { code, stderr, stdout, failure }: CommandResult): string {
  const explain = { hresult: explainHresult, win32: explainWin32 };
  const meant = meaning === undefined || code === undefined ? undefined : explain[meaning](code);
  return meant ?? (stderr.trim() || stdout.trim() || failure || `exit ${code}`).split('\n').join(' ');
}

/** Runs a command of a step, again and again while its manager is not ready for it. */
async function runOf(
  { processes, clock }: ApplyHost,
  { retry }: RunStep,
  argv: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const end = clock.now() + (retry?.forMs ?? 0);
  for (;;) {
    const result = await processes.run(argv, options);
    const isTooSoon = result.code !== undefined && retry?.codes.includes(result.code);
    if (!isTooSoon || clock.now() >= end) return result;
    await clock.sleep(RETRY_MS);
  }
}

async function awaitAnswer({ processes, clock }: ApplyHost, step: UntilStep, options: CommandOptions): Promise<void> {
  const end = clock.now() + step.timeoutMs;
  for (;;) {
    const { code } = await processes.query(step.argv, options);
    if (code !== undefined && step.codes.includes(code)) return;
    if (clock.now() >= end) {
      const reason = `not there after ${step.timeoutMs} ms`;
      throw new Problem('MANAGER_FAILED', { command: step.what, reason, status: code });
    }
    await clock.sleep(RETRY_MS);
  }
}

async function awaitEnd(
  { clock }: ApplyHost,
  { what, timeoutMs }: Extract<Step, { do: 'ended' }>,
  { hasEnded }: ApplyOptions,
): Promise<void> {
  const end = clock.now() + timeoutMs;
  while (hasEnded && !(await hasEnded(what))) {
    if (clock.now() >= end)
      throw new Problem('MANAGER_FAILED', { command: `the end of ${what}`, reason: `it still runs after ${timeoutMs / 1000} s` });
    await clock.sleep(RETRY_MS);
  }
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

async function snapshot({ files }: ApplyHost, step: AnyStep): Promise<Omit<Done, 'step'>> {
  if (step.do === 'write' || step.do === 'remove') {
    const content = await files.read(step.path);
    return { before: { content, mode: (await files.stat(step.path))?.mode ?? 0o600 } };
  }
  if (step.do === 'mode') return { before: { content: undefined, mode: (await files.stat(step.path))?.mode ?? step.mode } };
  if (step.do === 'copyFile') return { existed: (await files.stat(step.path)) !== undefined };
  if (step.do === 'makeDir') return { existed: (await files.stat(step.path)) !== undefined };
  return step.do === 'copy' ? { existed: (await files.stat(step.to)) !== undefined } : {};
}

async function putBack(host: ApplyHost, done: readonly Done[], options: CommandOptions): Promise<void> {
  // Best effort throughout: each of these may fail for the reason that brought us here, and the first failure is the one to tell.
  for (const each of [...done].reverse()) {
    if (each.step.do === 'run' && each.step.undo) await runOf(host, each.step, each.step.undo, options);
    await takeBack(host, each).catch(() => undefined);
  }
  for (const { step } of done) {
    if (step.do !== 'run' || !step.settle) continue;
    if (step.settleLeave) await host.processes.launch(step.settle);
    else await runOf(host, step, step.settle, options);
  }
}

async function takeBack({ files }: ApplyHost, { step, before, existed }: Done): Promise<void> {
  const { trees } = files;
  if ((step.do === 'write' || step.do === 'remove') && before) {
    if (before.content === undefined) await files.remove(step.path);
    else await files.write(step.path, before.content, before.mode);
  }
  if (step.do === 'mode' && before) await files.setMode(step.path, before.mode);
  if (step.do === 'move' && !(await trees.kindOf(step.from))) await trees.move(step.to, step.from);
  if (step.do === 'copy' && !existed) await trees.remove(step.to);
  if (step.do === 'copyFile' && !existed) await files.remove(step.path);
  if (step.do === 'makeDir' && !existed) await trees.removeEmpty(step.path);
  if (step.do === 'run' && step.undo && step.leaves) await files.remove(step.leaves.path);
}
