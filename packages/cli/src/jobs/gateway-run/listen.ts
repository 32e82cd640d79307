import { hostname } from 'node:os';
import { gatewayUrl, localAddress, Problem } from '@polygate/core';
import { type ConfigStore, type GatewayAuth, type GatewayLog, type RunningGateway, startGateway } from '@polygate/gateway';
import { type CheckedInstance, tailLines } from '@polygate/host';
import type { Context } from '../../context.ts';
import { browserMeans } from './browser-means.ts';
import { keepIn } from './keep.ts';
import { loadAdded } from './load-added.ts';
import { readSmall } from './read-small.ts';
import { secretFileOf } from './secret-file.ts';
import { shutdownCalled } from './signals.ts';

/** Starts the gateway on the port of the instance. @throws Problem PORT_TAKEN or BIND_INVALID */
export async function listen(
  context: Context,
  opened: CheckedInstance,
  { host, auth, log, config }: { host: string; auth: GatewayAuth; log: GatewayLog; config: ConfigStore },
): Promise<RunningGateway> {
  const { host: machine, version } = context;
  const {
    instance,
    config: { parsed },
  } = opened;
  const { pack, profile, stateDir, configPath, port, workspace } = instance;
  const { limits, canvas } = await config.settingsOf(parsed);
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
      limits,
      canvas,
      keep: keepIn(machine, stateDir.value),
      secretFile: secretFileOf(context, machine.paths.join(stateDir.value, '.env')),
      loadPackage: async (names) => loadAdded(stateDir.value, names),
      maskInLogs: (secret) => context.secrets.add(secret),
      readWorkspace: (directory, name) => readSmall(machine, workspace.value, directory, name),
      onShutdown: shutdownCalled,
      browser: browserMeans(context, opened),
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
