import {
  type AuditIssue,
  type ConfigAudit,
  type ConfigStatus,
  type ConfigSummary,
  type Drift,
  type ExtraService,
  type GatewayAddress,
  type GatewayStatusDocument,
  type ManagerView,
  type PortListener,
  type PortStatus,
  portAt,
  redact,
  type ServiceRuntime,
  type ServiceStatus,
  type Sourced,
  variableName,
} from '@polygate/core';
import { overridingKeys } from '@polygate/core/service';
import type { ConfigFile, Listener } from '@polygate/host';
import { bindAddress } from '../target.ts';
import type { ConfigTold } from './config-told.ts';
import type { Findings } from './facts.ts';

/** The January shape of `gateway status --json`, which scripts of the family read (docs/reference/json.md). */
export type JanuaryStatus = Pick<
  GatewayStatusDocument,
  'service' | 'config' | 'gateway' | 'port' | 'rpc' | 'lastError' | 'extraServices'
>;

export interface DocumentInput {
  findings: Findings;
  /** The definition that an install would write, to tell drift. */
  drift: Drift[];
  lastError: string | undefined;
  extraServices: ExtraService[];
  serviceConfig: ConfigFile | undefined;
  told: ConfigTold;
  /** What brings its manager back, where that cannot be asked: lingering is off. */
  prepare: string | undefined;
  command: string;
}

/** Keys of the service's environment that are shown: selectors, never secrets. */
const SHOWN = ['PROFILE', 'STATE_DIR', 'CONFIG_PATH', 'GATEWAY_PORT', 'NIX_MODE'];

export function januaryStatus(input: DocumentInput): JanuaryStatus {
  const { findings, lastError, extraServices } = input;
  const { probe, target } = findings;
  return {
    service: serviceSection(input),
    config: configSection(input),
    gateway: gatewaySection(findings),
    port: portSection(input),
    rpc: probe && {
      ok: probe.outcome === 'ok',
      url: target.url,
      error: probe.outcome === 'ok' ? undefined : (probe.reason ?? probe.outcome),
    },
    lastError,
    extraServices,
  };
}

function serviceSection({ findings, drift, prepare }: DocumentInput): ServiceStatus {
  const { service, opened } = findings;
  const { pack } = opened.instance;
  const definition = service?.inspection.definition;
  const shown = SHOWN.map((suffix) => variableName(pack, suffix));
  return {
    label: service?.manager.label ?? 'none',
    loaded: service?.view?.loaded ?? service?.view?.enabled ?? false,
    loadedText: service?.manager.loadedText ?? 'loaded',
    notLoadedText: service?.manager.notLoadedText ?? 'not loaded',
    command: definition
      ? {
          programArguments: definition.argv,
          workingDirectory: definition.workingDirectory,
          environment: Object.fromEntries(Object.entries(definition.environment).filter(([name]) => shown.includes(name))),
          sourcePath: service?.inspection.path,
        }
      : null,
    runtime: runtime(
      service?.view,
      service !== undefined,
      service?.inspection.text !== undefined || service?.inspection.unreadable !== undefined,
      prepare,
    ),
    overrides: service?.inspection.overrides.length ? service.inspection.overrides : undefined,
    configAudit: service && (definition || service.inspection.unreadable) ? audit(drift, service, opened.config) : undefined,
  };
}

function runtime(
  view: ManagerView | undefined,
  hasManager: boolean,
  installed: boolean,
  prepare: string | undefined,
): ServiceRuntime {
  if (!view) {
    const why =
      prepare === undefined ? '' : `: the services of this account end with its last login; to keep them: sudo ${prepare}`;
    return {
      status: 'unknown',
      detail: hasManager ? `the service manager cannot be asked${why}` : 'this host has no service manager',
    };
  }
  const [state = '', sub = ''] = (view.detail.split(',')[0] ?? '').split('/');
  return {
    status: view.state === 'running' ? 'running' : view.state === 'unknown' ? 'unknown' : 'stopped',
    state,
    subState: sub,
    pid: view.pid,
    lastExitStatus: view.lastExitStatus,
    lastExitReason: view.parked ?? view.cannotStart,
    restarts: view.restarts,
    missingUnit: installed ? undefined : true,
  };
}

function audit(
  drift: readonly Drift[],
  { manager, inspection }: NonNullable<Findings['service']>,
  config: Findings['opened']['config'],
): ConfigAudit {
  const { overrides, unreadable } = inspection;
  const closed = unreadable
    ? [
        {
          code: 'gateway-definition-unreadable',
          message: unreadable.message,
          detail: inspection.path,
          level: 'recommended' as const,
        },
      ]
    : [];
  const port = config.parsed === undefined ? undefined : portAt(config.parsed, 'gateway.port');
  const wrong = manager.audit(inspection, port);
  const differs = drift.map(
    ({ field, installed, wanted }): AuditIssue => ({
      code: 'gateway-definition-drift',
      message: `The installed definition differs: ${field}`,
      detail: `installed ${installed ?? 'nothing'}, wanted ${wanted ?? 'nothing'}`,
      level: 'recommended',
    }),
  );
  const overridden = overrides.flatMap(({ path, keys }): AuditIssue[] => {
    const found = overridingKeys(keys);
    if (found.length === 0) return [];
    const message = `A drop-in changes what the service runs: ${found.join(', ')}`;
    return [{ code: 'gateway-definition-overridden', message, detail: path, level: 'recommended' }];
  });
  const issues = [...closed, ...wrong, ...differs, ...overridden];
  return { ok: issues.length === 0, issues };
}

function configSection({ findings, serviceConfig, told }: DocumentInput): ConfigStatus {
  const cli = summary(findings.opened.config);
  const daemon = serviceConfig && summary(serviceConfig);
  return { cli, daemon, mismatch: daemon && daemon.path !== cli.path ? true : undefined, ...told };
}

function summary({ path, exists, errors, warnings }: ConfigFile): ConfigSummary {
  return {
    path,
    exists,
    valid: errors.length === 0,
    issues: errors.length > 0 ? errors : undefined,
    warnings: warnings.length > 0 ? warnings : undefined,
  };
}

function gatewaySection({ opened, target, service }: Findings): GatewayAddress {
  const { access } = target;
  const { port } = opened.instance;
  const bindHost = opened.lock?.host ?? bindAddress(access);
  return {
    bindMode: access.bind.value,
    bindHost,
    customBindHost: access.customHost,
    port: port.value,
    portSource: portSource(port, service?.inspection.definition?.argv),
    probeUrl: target.url,
    probeNote: target.explicit
      ? '--url was given: the verdict rests on this address alone; what is local is shown and does not count.'
      : bindHost === '127.0.0.1'
        ? 'Loopback-only gateway; only local clients can connect.'
        : undefined,
    configPath: opened.config.path,
  };
}

function portSource(port: Sourced<number>, argv: readonly string[] | undefined): GatewayAddress['portSource'] {
  if (port.origin === 'flag') return 'cli';
  return argv?.[argv.indexOf('--port') + 1] === String(port.value) ? 'service args' : 'env/config';
}

function portSection({ findings, command }: DocumentInput): PortStatus {
  const { listeners, opened, process, judgement } = findings;
  const port = opened.instance.port.value;
  const status = listeners === undefined ? 'unknown' : listeners.length > 0 ? 'busy' : 'free';
  const hints: string[] = [];
  if (status === 'busy' && judgement.verdict === 'port-foreign') {
    hints.push(`Another process listens on port ${port}: stop it, or choose another port.`);
  } else if (status === 'busy') {
    hints.push(`Gateway already running locally. Stop it (${command} gateway stop) or use a different port.`);
  }
  return { port, status, listeners: (listeners ?? []).map((l) => listenerRow(l, process?.pid)), hints };
}

function listenerRow({ address, port, pid, command, user }: Listener, own: number | undefined): PortListener {
  return {
    pid,
    ours: pid === undefined ? undefined : pid === own,
    command: command === undefined ? undefined : nameOf(command),
    commandLine: command === undefined ? undefined : redact(command),
    user,
    address: `${address}:${port}`,
  };
}

/** The name of the program in a command line: the last part of its path. */
function nameOf(commandLine: string): string {
  const [program = ''] = commandLine.split(' ');
  return program.slice(program.lastIndexOf('/') + 1);
}
