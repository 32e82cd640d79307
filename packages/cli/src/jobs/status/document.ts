import { type Drift, type Issue, type ManagerView, redact, type Sourced, variableName } from '@polygate/core';
import type { ConfigFile, Listener } from '@polygate/host';
import { bindAddress } from '../target.ts';
import type { Findings } from './facts.ts';

/** The January shape of `gateway status --json`, which scripts of the family read (docs/reference/json.md). */
export interface JanuaryStatus {
  service: {
    label: string;
    loaded: boolean;
    loadedText: string;
    notLoadedText: string;
    command: {
      programArguments: string[];
      workingDirectory?: string;
      environment?: Record<string, string>;
      sourcePath: string;
    } | null;
    runtime: Record<string, unknown>;
    configAudit?: { ok: boolean; issues: { code: string; message: string; detail?: string; level: string }[] };
  };
  config: { cli: ConfigSummary; daemon?: ConfigSummary; mismatch?: true };
  gateway: Record<string, unknown>;
  port: { port: number; status: 'free' | 'busy' | 'unknown'; listeners: Record<string, unknown>[]; hints: string[] };
  rpc?: { ok: boolean; url: string; error?: string };
  lastError?: string;
  extraServices: { label: string; detail: string; scope: string }[];
}

interface ConfigSummary {
  path: string;
  exists: boolean;
  valid: boolean;
  issues?: Issue[];
  /** Keys that this version does not know. */
  warnings?: Issue[];
}

export interface DocumentInput {
  findings: Findings;
  /** The definition that an install would write, to tell drift. */
  drift: Drift[];
  lastError: string | undefined;
  extraServices: JanuaryStatus['extraServices'];
  serviceConfig: ConfigFile | undefined;
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
    ...(probe
      ? {
          rpc: {
            ok: probe.outcome === 'ok',
            url: target.url,
            ...(probe.outcome === 'ok' ? {} : { error: probe.reason ?? probe.outcome }),
          },
        }
      : {}),
    ...(lastError === undefined ? {} : { lastError }),
    extraServices,
  };
}

function serviceSection({ findings, drift }: DocumentInput): JanuaryStatus['service'] {
  const { service, opened } = findings;
  const { pack } = opened.instance;
  const definition = service?.inspection.definition;
  const shown = SHOWN.map((suffix) => variableName(pack, suffix));
  return {
    label: service?.manager.label ?? 'none',
    loaded: service?.view?.enabled ?? false,
    loadedText: service?.manager.loadedText ?? 'loaded',
    notLoadedText: service?.manager.notLoadedText ?? 'not loaded',
    command: definition
      ? {
          programArguments: definition.argv,
          ...(definition.workingDirectory ? { workingDirectory: definition.workingDirectory } : {}),
          environment: Object.fromEntries(Object.entries(definition.environment).filter(([name]) => shown.includes(name))),
          sourcePath: service?.inspection.path ?? '',
        }
      : null,
    runtime: runtime(service?.view, service !== undefined, definition !== undefined),
    ...(definition ? { configAudit: audit(drift) } : {}),
  };
}

function runtime(view: ManagerView | undefined, hasManager: boolean, installed: boolean): Record<string, unknown> {
  if (!view)
    return { status: 'unknown', detail: hasManager ? 'the service manager cannot be asked' : 'this host has no service manager' };
  const [state = '', sub = ''] = (view.detail.split(',')[0] ?? '').split('/');
  return {
    status: view.state === 'running' ? 'running' : view.state === 'unknown' ? 'unknown' : 'stopped',
    state,
    subState: sub,
    ...(view.pid === undefined ? {} : { pid: view.pid }),
    ...(view.lastExitStatus === undefined ? {} : { lastExitStatus: view.lastExitStatus }),
    restarts: view.restarts,
    ...(installed ? {} : { missingUnit: true }),
  };
}

function audit(drift: readonly Drift[]): NonNullable<JanuaryStatus['service']['configAudit']> {
  const issues = drift.map(({ field, installed, wanted }) => ({
    code: 'gateway-definition-drift',
    message: `The installed definition differs: ${field}`,
    detail: `installed ${installed ?? 'nothing'}, wanted ${wanted ?? 'nothing'}`,
    level: 'recommended',
  }));
  return { ok: issues.length === 0, issues };
}

function configSection({ findings, serviceConfig }: DocumentInput): JanuaryStatus['config'] {
  const cli = summary(findings.opened.config);
  if (!serviceConfig) return { cli };
  const daemon = summary(serviceConfig);
  return { cli, daemon, ...(daemon.path === cli.path ? {} : { mismatch: true as const }) };
}

function summary({ path, exists, errors, warnings }: ConfigFile): ConfigSummary {
  return {
    path,
    exists,
    valid: errors.length === 0,
    ...(errors.length > 0 ? { issues: errors } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

function gatewaySection({ opened, target, service }: Findings): Record<string, unknown> {
  const { access } = target;
  const { port } = opened.instance;
  const bindHost = opened.lock?.host ?? bindAddress(access);
  return {
    bindMode: access.bind.value,
    bindHost,
    ...(access.customHost === undefined ? {} : { customBindHost: access.customHost }),
    port: port.value,
    portSource: portSource(port, service?.inspection.definition?.argv),
    probeUrl: target.url,
    ...(bindHost === '127.0.0.1' ? { probeNote: 'Loopback-only gateway; only local clients can connect.' } : {}),
    configPath: opened.config.path,
  };
}

function portSource(port: Sourced<number>, argv: readonly string[] | undefined): string {
  if (port.origin === 'flag') return 'cli';
  return argv?.[argv.indexOf('--port') + 1] === String(port.value) ? 'service args' : 'env/config';
}

function portSection({ findings, command }: DocumentInput): JanuaryStatus['port'] {
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

function listenerRow({ address, port, pid, command, user }: Listener, own: number | undefined): Record<string, unknown> {
  return {
    ...(pid === undefined ? {} : { pid, ours: pid === own }),
    ...(command === undefined ? {} : { command: nameOf(command), commandLine: redact(command) }),
    ...(user === undefined ? {} : { user }),
    address: `${address}:${port}`,
  };
}

/** The name of the program in a command line: the last part of its path. */
function nameOf(commandLine: string): string {
  const [program = ''] = commandLine.split(' ');
  return program.slice(program.lastIndexOf('/') + 1);
}
