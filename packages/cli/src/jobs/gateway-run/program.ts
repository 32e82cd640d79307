import { once } from 'node:events';
import path from 'node:path';
import { type ExitCode, Problem, readVariable, redact, textAt, variableName } from '@polygate/core';
import type { OpenInstance } from '@polygate/host';
import { serviceNotifier } from '@polygate/host/service-notifier';
import { spawnHidden } from '@polygate/supervisor';
import type { Context } from '../../context.ts';
import { clearPort } from '../clear-port.ts';
import { runningOfItsMake } from '../program/running.ts';
import type { RunOptions } from '../run-gateway.ts';
import { shellCode } from '../shell-code.ts';
import { giveWayToInit } from '../supervise/pid-one.ts';
import { specOf } from '../supervise/spec-of.ts';

/** A terminal sends these to all that it runs in the foreground: the program has had them, and would take a second one for haste. */
const OF_TERMINALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT', 'SIGHUP'];
const OF_OTHERS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGUSR1', 'SIGUSR2'];
const OF_WINDOWS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGBREAK'];

/**
 * Whether the program of an instance is meant. Not in the environment that a program is given by Polygate itself: one that runs
 * Polygate as its gateway means Polygate's own.
 */
export async function isMeant({ host }: Context, { instance, canonicalStateDir }: OpenInstance): Promise<boolean> {
  const { pack, identity } = instance;
  const [kind, stateDir] = ['SERVICE_KIND', 'STATE_DIR'].map((name) => readVariable(pack, identity.env, name)?.value);
  return kind !== 'gateway' || stateDir === undefined || (await host.files.canonical(stateDir)) !== canonicalStateDir;
}

/**
 * Runs the program of an instance as its own command would be run: in the foreground, with this terminal and these streams, with
 * what was typed. Signals reach it, and its exit code is what comes back.
 * @throws Problem GATEWAY_ALREADY_RUNNING, PROGRAM_NOT_FOUND, PROGRAM_NOT_EXECUTABLE, PROGRAM_NEEDS_NODE …
 */
export async function runProgram(context: Context, opened: OpenInstance, options: RunOptions): Promise<ExitCode> {
  giveWayToInit(context);
  const { host, globals } = context;
  const notifier = serviceNotifier(host, process.env);
  const spec = await specOf(context, opened);
  if (options.force === 'no') await refuseSecond(context, opened);
  else await clearPort(context, opened.instance, options.force);
  await host.files.makeDir(spec.cwd, 0o700);
  const typed = typedSecrets(context, opened, options);
  const line = [...spec.argv, ...options.handedOn];
  for (const { variable, reason } of opened.instance.identity.dropped)
    context.warn(`${variable} of the environment is ignored: ${reason}`);
  context.progress(`${spec.id} runs ${redact(spec.argv.join(' '), context.secrets)}`);
  const child = spawnHidden(line, {
    cwd: spec.cwd,
    env: foregroundEnv(opened, { ...spec.env, ...typed }),
    // With --json nothing but a document goes to stdout.
    stdio: ['inherit', globals.json ? 2 : 'inherit', 'inherit'],
  });
  const isOnTerminal = Boolean(process.stdin.isTTY);
  for (const signal of host.platform === 'win32' ? OF_WINDOWS : [...OF_TERMINALS, ...OF_OTHERS]) {
    process.on(signal, () => {
      if (signal === 'SIGTERM') void notifier?.stopping();
      if (host.platform !== 'win32' && !(isOnTerminal && OF_TERMINALS.includes(signal))) child.kill(signal);
    });
  }
  child.once('spawn', () => void notifier?.ready(`runs ${spec.argv[0]} (pid ${child.pid})`));
  const [code, signal] = await once(child, 'exit').catch((error: Error) => {
    const [program = ''] = spec.argv;
    throw new Problem('PROGRAM_NOT_EXECUTABLE', { program, path: program, reason: error.message });
  });
  return shellCode(code, signal);
}

/** @throws Problem GATEWAY_ALREADY_RUNNING */
async function refuseSecond({ host }: Context, { instance, lock }: OpenInstance): Promise<void> {
  const pid = lock?.pid ?? (await runningOfItsMake(host, instance));
  if (pid === undefined) return;
  const port = lock?.port;
  throw new Problem('GATEWAY_ALREADY_RUNNING', {
    stateDir: instance.stateDir.value,
    pid,
    by: 'state directory',
    ...(port ? { port } : {}),
  });
}

/**
 * Secrets that were typed, as variables: a command line is read by every account of the machine. The family's programs take what
 * the config has before a variable. @throws Problem USAGE where that is another secret, which the program would take instead
 */
function typedSecrets({ secrets }: Context, { instance, config }: OpenInstance, options: RunOptions): Record<string, string> {
  const entries = (['token', 'password'] as const).flatMap((kind) => {
    const value = options[kind];
    if (!value) return [];
    secrets.add(value);
    const configured = textAt(config.parsed, `gateway.auth.${kind}`);
    if (configured !== undefined && configured !== value)
      throw new Problem('USAGE', {
        message: `--${kind} is not handed on: the program of ${instance.id} takes gateway.auth.${kind} of ${config.path}, which is another one`,
        topic: 'gateway run',
      });
    return [[variableName(instance.pack, `GATEWAY_${kind.toUpperCase()}`), value] as const];
  });
  return Object.fromEntries(entries);
}

/** What the instance says comes before what the caller's shell says; what belongs to another instance stays behind. */
function foregroundEnv({ instance }: OpenInstance, own: Readonly<Record<string, string>>): Record<string, string> {
  const callers = Object.fromEntries(Object.entries(instance.identity.env).filter(([, value]) => value !== undefined));
  const folders = [own.PATH, callers.PATH].flatMap((list) => list?.split(path.delimiter) ?? []);
  return { ...(callers as Record<string, string>), ...own, PATH: [...new Set(folders)].join(path.delimiter) };
}
