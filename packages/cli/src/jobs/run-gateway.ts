import { EXIT, type ExitCode, gatewayUrl, logPathOf, Problem, type Program, resolveAccess } from '@polygate/core';
import { type GatewayLog, openLog, type RunningGateway } from '@polygate/gateway';
import {
  type CheckedInstance,
  checkInstance,
  claimInstance,
  fileProblem,
  type Ownership,
  refuseBrokenConfig,
  writeSettings,
} from '@polygate/host';
import { serviceNotifier } from '@polygate/host/service-notifier';
import type { Context } from '../context.ts';
import { clearPort } from './clear-port.ts';
import { authFor, listenAddress } from './gateway-run/access.ts';
import { announce } from './gateway-run/announce.ts';
import { configStore } from './gateway-run/config-store.ts';
import { goBack, wentBackText } from './gateway-run/go-back.ts';
import { keepWhenWell } from './gateway-run/good-config.ts';
import { listen } from './gateway-run/listen.ts';
import { onRestart, stopAsked } from './gateway-run/signals.ts';
import { refuseUnchosenProgram } from './setup/refusals.ts';
import { setUp } from './setup/set-up.ts';

export interface RunOptions {
  port?: string | undefined;
  bind?: string | undefined;
  auth?: string | undefined;
  token?: string | undefined;
  password?: string | undefined;
  program?: Program | undefined;
  allowUnconfigured: boolean;
  /** What was typed and is a program's own business, where another one runs as the gateway. */
  handedOn: readonly string[];
  /** End what listens on the port first: a verified gateway, or with `any` whatever it is. */
  force: 'no' | 'gateway' | 'any';
}

/**
 * Runs the gateway of an instance until it is told to stop: Polygate's own, or the program that the instance is run by. Resolves
 * when it has stopped, to the exit code that this command ends with.
 */
export async function runGateway(context: Context, options: RunOptions): Promise<ExitCode> {
  const opened = await context.open({ live: false, port: options.port });
  if (options.program === undefined && typeof opened.instance.program === 'object') {
    const { isMeant, runProgram } = await import('./gateway-run/program.ts');
    if (await isMeant(context, opened)) return runProgram(context, opened, options);
  }
  await runOwn(context, options);
  return EXIT.ok;
}

async function runOwn(context: Context, options: RunOptions): Promise<void> {
  const notifier = serviceNotifier(context.host, process.env);
  const stopping = stopAsked();
  const { gateway, ownership } = await startOrGoBack(context, options);
  try {
    const { host, port } = gateway;
    await notifier?.ready(`listening on ${gatewayUrl(host, port)}`);
    const reason = await stopping;
    // Not waited for: the manager's patience has begun.
    void notifier?.stopping();
    await gateway.stop(reason);
  } finally {
    await ownership.release();
  }
}

interface Started {
  gateway: RunningGateway;
  ownership: Ownership;
}

/** Starts it; when a changed config is why that fails, once more with the last good one. */
async function startOrGoBack(context: Context, options: RunOptions): Promise<Started> {
  try {
    return await start(context, options);
  } catch (error) {
    const mark = await goBack(context, options, error);
    if (!mark) throw error;
    context.warn(wentBackText(mark));
    return start(context, options);
  }
}

async function start(context: Context, options: RunOptions): Promise<Started> {
  const opened = await configured(context, options);
  const { instance, config } = opened;
  const access = resolveAccess(instance.pack, instance.identity.env, options, config.parsed);
  const host = listenAddress(access);
  const file = instance.configPath.value;
  const { auth, madeUp } = await authFor(access, { host, file, mayMakeUp: options.allowUnconfigured });
  context.secrets.add(auth.secret);
  await prepareState(context, opened);
  if (options.force !== 'no') await clearPort(context, instance, options.force);

  const { files, clock } = context.host;
  const ownership = await claimInstance(context.host, {
    stateDir: await files.canonical(instance.stateDir.value),
    configPath: await files.canonical(instance.configPath.value),
    version: context.version,
    now: clock.now(),
  });
  try {
    const log = openGatewayLog(context, opened);
    const store = await configStore(context, opened, options, { auth, madeUp });
    const gateway = await listen(context, opened, { host, auth, log, config: store });
    await ownership.publish({ port: gateway.port, host: gateway.host, ...(madeUp ? { token: auth.secret } : {}) });
    onRestart((signal) => void gateway.restartBySignal(signal));
    announce(context, opened, gateway, log, madeUp);
    if (store.wentBack) log.warn(wentBackText({ ...store.wentBack, rejectedHash: '' }));
    gateway.connectChannels();
    gateway.controlBrowsers();
    keepWhenWell(store, gateway, log, config.text);
    return { gateway, ownership };
  } catch (error) {
    await ownership.release();
    throw error;
  }
}

/** The instance with a config that may run here; one is written where there is none and only this machine is served. */
async function configured(context: Context, options: RunOptions): Promise<CheckedInstance> {
  const opened = await checkInstance(await context.open({ live: false, port: options.port }));
  const { config } = opened;
  refuseBrokenConfig(config);
  if (!config.exists && !options.allowUnconfigured) {
    if (options.bind !== undefined && options.bind !== 'loopback') throw new Problem('CONFIG_MISSING', { file: config.path });
    await setUp(context, { port: options.port, token: options.token, password: options.password, program: options.program });
    context.progress(`No config at ${config.path}: wrote one with mode local and a new token.`);
    return checkInstance(await context.open({ live: false, port: options.port }));
  }
  const mode = config.config?.gateway?.mode;
  if (mode !== 'local' && !options.allowUnconfigured) throw new Problem('GATEWAY_MODE_UNSET', { file: config.path, mode });
  refuseUnchosenProgram(opened, options.program);
  if (config.exists && options.program !== undefined && !options.allowUnconfigured) {
    await writeSettings(context.host, opened.settingsFile, { ...opened.settings, version: 1, program: options.program });
  }
  return opened;
}

/** The directories that the gateway writes to, before it says that it owns them. */
async function prepareState({ host }: Context, { instance }: CheckedInstance): Promise<void> {
  await host.files.makeDir(host.paths.join(instance.stateDir.value, 'logs'), 0o700);
}

function openGatewayLog({ host, globals, secrets }: Context, { instance, config }: CheckedInstance): GatewayLog {
  const file = logPathOf(instance.stateDir.value, host.paths.join, host.clock.now());
  const level = config.config?.logging?.level ?? (globals.verbose ? 'debug' : 'info');
  try {
    return openLog({ file, level, secrets });
  } catch (error) {
    throw fileProblem(error, file, 'write');
  }
}
