import { get } from 'node:http';
import { hostname } from 'node:os';
import { gatewayUrl, localAddress, logPathOf, Problem, type Program, resolveAccess } from '@polygate/core';
import {
  type ConfigStore,
  type GatewayAuth,
  type GatewayLog,
  openLog,
  type RunningGateway,
  startGateway,
} from '@polygate/gateway';
import {
  type CheckedInstance,
  checkInstance,
  claimInstance,
  fileProblem,
  type Ownership,
  refuseBrokenConfig,
  serviceNotifier,
  tailLines,
  writeSettings,
} from '@polygate/host';
import type { Context } from '../context.ts';
import { clearPort } from './clear-port.ts';
import { authFor, listenAddress } from './gateway-run/access.ts';
import { configStore } from './gateway-run/config-store.ts';
import { keepIn, readSmall } from './gateway-run/files.ts';
import { goBack, wentBackText } from './gateway-run/go-back.ts';
import { loadAdded } from './gateway-run/load-added.ts';
import { secretFileOf } from './gateway-run/secret-file.ts';
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
  /** End what listens on the port first: a verified gateway, or with `any` whatever it is. */
  force: 'no' | 'gateway' | 'any';
}

/** Runs the reference gateway until it is told to stop. Resolves when it has stopped in good order. */
export async function runGateway(context: Context, options: RunOptions): Promise<void> {
  const notifier = serviceNotifier(context.host, process.env);
  const stopAsked = stopSignal();
  const { gateway, ownership } = await startOrGoBack(context, options);
  try {
    const { host, port } = gateway;
    await notifier?.ready(`listening on ${gatewayUrl(host, port)}`);
    const signal = await stopAsked;
    // Not waited for: the manager's patience has begun.
    void notifier?.stopping();
    await gateway.stop(signal === 'SIGINT' ? 'interrupted' : 'gateway stopping');
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
    onRestartSignal = (signal) => void gateway.restartBySignal(signal);
    announce(context, opened, gateway, log, madeUp);
    if (store.wentBack) log.warn(wentBackText({ ...store.wentBack, rejectedHash: '' }));
    gateway.connectChannels();
    keepWhenWell(store, gateway, log, config.text);
    return { gateway, ownership };
  } catch (error) {
    await ownership.release();
    throw error;
  }
}

/** A config is good when the gateway that was started with it listens and answers. */
function keepWhenWell(store: ConfigStore, { host, port }: RunningGateway, log: GatewayLog, text: string | undefined): void {
  if (text === undefined) return;
  const request = get({ host: localAddress(host), port, path: '/healthz', timeout: ANSWER_MS }, (response) => {
    response.resume();
    if (response.statusCode === 200) store.keepGood(text).catch((error: Error) => log.warn(notKept(error)));
  });
  request.on('timeout', () => request.destroy(new Error('no answer in time')));
  request.on('error', (error) => log.warn(notKept(error)));
}

const ANSWER_MS = 10_000;
const notKept = (error: Error) => `the good config is not remembered: ${error.message}`;

/** Only now is it said that it listens: whoever reads it finds the lock in place and may send a signal. */
function announce(
  context: Context,
  { instance, config }: CheckedInstance,
  { host, port }: RunningGateway,
  log: GatewayLog,
  madeUp: boolean,
): void {
  const { globals } = context;
  const stream = globals.json ? process.stderr : process.stdout;
  log.printTo((line) => stream.write(`${line}\n`), globals.verbose ? 'debug' : 'info');
  for (const { variable, reason } of instance.identity.dropped) log.warn(`${variable} of the environment is ignored: ${reason}`);
  for (const { path, message } of config.warnings) log.warn(`${config.path}: ${path} ${message}`);
  if (madeUp) log.info(`no token is configured: one was made for this run, which ${context.commandLine} uses by itself`);
  log.info(`listening on ${gatewayUrl(host, port)} (pid ${process.pid})`);
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

async function listen(
  context: Context,
  { instance }: CheckedInstance,
  { host, auth, log, config }: { host: string; auth: GatewayAuth; log: GatewayLog; config: ConfigStore },
): Promise<RunningGateway> {
  const { host: machine, version } = context;
  const { pack, profile, stateDir, configPath, port, workspace } = instance;
  try {
    return await startGateway({
      pack,
      profile: profile.value,
      stateDir: await machine.files.canonical(stateDir.value),
      configPath: configPath.value,
      configFile: config,
      host,
      port: port.value,
      auth,
      version,
      hostname: hostname(),
      log,
      clock: machine.clock,
      tailLog: tailLines,
      keep: keepIn(machine, stateDir.value),
      secretFile: secretFileOf(context, machine.paths.join(stateDir.value, '.env')),
      loadPackage: async (names) => loadAdded(stateDir.value, names),
      maskInLogs: (secret) => context.secrets.add(secret),
      readWorkspace: (directory, name) => readSmall(machine, workspace.value, directory, name),
    });
  } catch (error) {
    const problem = await listenProblem(error, host, port.value, machine.net.listeners);
    log.error(problem instanceof Error ? problem.message : String(problem));
    throw problem;
  }
}

async function listenProblem(
  error: unknown,
  host: string,
  port: number,
  listeners: (port: number) => Promise<{ pid?: number; command?: string; user?: string }[] | undefined>,
): Promise<unknown> {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return new Problem('PORT_TAKEN', { port, holders: (await listeners(port)) ?? [] }, { cause: error });
  if (code === 'EADDRNOTAVAIL')
    return new Problem('BIND_INVALID', { bind: host, reason: 'this machine has no such address' }, { cause: error });
  if (code === 'EACCES') {
    return new Problem(
      'BIND_INVALID',
      { bind: `${gatewayUrl(localAddress(host), port)}`, reason: 'this account may not use that port' },
      { cause: error },
    );
  }
  return error;
}

/** Until there is a gateway, there is nothing to restart. */
let onRestartSignal = (signal: string): void => {
  process.stderr.write(`${signal} ignored: it has not started yet\n`);
};

/** The first signal that asks to stop. Listened for from the start, so that none ends the process half-way; later ones change nothing. */
function stopSignal(): Promise<NodeJS.Signals> {
  // Without a listener Node would open its inspector on this signal.
  process.on('SIGUSR1', (signal) => onRestartSignal(signal));
  return new Promise((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => resolve(name));
  });
}
