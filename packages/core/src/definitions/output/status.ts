import Type, { type TSchema } from 'typebox';
import { EXIT } from '../../errors/exit-codes.ts';
import { BIND_MODES } from '../../instance/access.ts';
import { SCHEMA_VERSION } from '../../schema-version.ts';
import { VERDICTS } from '../../status/verdict.ts';
import {
  anything,
  decimal,
  exactly,
  type Fields,
  flag,
  list,
  mapOf,
  oneOf,
  orNull,
  port,
  ref,
  shape,
  text,
  whole,
} from './shape.ts';

const status: Fields = {
  schemaVersion: exactly(SCHEMA_VERSION),
  verdict: oneOf(VERDICTS, 'The one word that sums it up'),
  exitCode: Type.Enum(Object.values(EXIT), { description: 'What the command exits with' }),
  reason: text('One line: what the verdict rests on'),
  instance: ref('InstanceDocument'),
  footprint: ref('Footprint'),
  process: orNull(ref('ProcessStatus'), 'null: no live process of this instance was found'),
  probe: orNull(ref('ProbeReport'), 'null with `--no-probe`'),
  service: ref('ServiceStatus'),
  config: ref('ConfigStatus'),
  gateway: ref('GatewayAddress'),
  port: ref('PortStatus'),
  'rpc?': ref('RpcStatus', 'Absent with `--no-probe`'),
  'lastError?': text('The last line in which the gateway or its service said what is wrong; only when it is not well'),
  extraServices: list(ref('ExtraService'), 'Services of other makes that look like gateways'),
  'siblings?': list(ref('InstanceRow'), '`--deep`: every other instance of this account, any product'),
  'system?': list(ref('ExtraService'), '`--deep`: definitions of the system scope, and foreign ones'),
  'conflicts?': list(ref('PortConflict'), '`--deep`: fixed ports that another instance uses'),
  'isolation?': list(ref('IsolationIssue'), '`--deep`: what this instance shares with another one'),
};

const address: Fields = {
  bindMode: oneOf(BIND_MODES),
  bindHost: text('Address that it listens on, or would'),
  'customBindHost?': text('Address of bind = custom'),
  port: port(),
  portSource: oneOf(['cli', 'service args', 'env/config'], 'What said so'),
  probeUrl: text('What is asked'),
  'probeNote?': text(),
  configPath: text(),
};

/**
 * The status of one instance: the family's shape of January 2026 as a superset, with the verdict and what it rests on.
 * Source: `gateway status --json` and `status --json` of openclaw 2026.1.30, clawdbot 2026.1.24.
 */
export const statusShapes: Record<string, TSchema> = {
  GatewayStatusDocument: shape(
    status,
    'An answer in every case: also an instance that is not well has this shape, never `ok: false`',
  ),
  StatusDocument: shape(
    {
      ...status,
      gateway: ref('GatewayReach'),
      gatewayService: ref('ServiceSummary'),
      pid: orNull(whole()),
      os: ref('OperatingSystem'),
      'linkChannel?': anything('This and the following: what the method `status` answered; absent when it was not'),
      'heartbeat?': anything(),
      'channelSummary?': list(anything()),
      'queuedSystemEvents?': list(anything()),
      'sessions?': anything(),
    },
    "`gateway status` with the keys that scripts read from the family's `status`",
  ),
  ProcessStatus: shape({ pid: whole(), startedAt: text('ISO 8601'), command: text('Command line; secrets are masked') }),
  ServiceStatus: shape({
    label: text('The manager: `systemd`, `LaunchAgent`, `Scheduled Task`; `none` where there is none'),
    loaded: flag('The service starts by itself'),
    loadedText: text(),
    notLoadedText: text(),
    command: orNull(ref('ServiceCommand'), 'What the definition runs; null when there is none'),
    runtime: ref('ServiceRuntime'),
    'configAudit?': ref('ConfigAudit', 'How the installed definition differs from what `gateway install` would write now'),
  }),
  ServiceCommand: shape({
    programArguments: list(text()),
    'workingDirectory?': text(),
    'environment?': mapOf(text(), 'Selectors only, never a secret'),
    'sourcePath?': text('File of the definition'),
  }),
  ServiceRuntime: shape(
    {
      status: oneOf(['running', 'stopped', 'unknown']),
      'state?': text("The manager's own word"),
      'subState?': text("The manager's own word"),
      'pid?': whole(),
      'lastExitStatus?': whole(),
      'lastExitReason?': text(),
      'lastRunResult?': text('Windows'),
      'lastRunTime?': text('Windows'),
      'restarts?': whole('Restarts by the manager since it was started'),
      'missingUnit?': flag('There is no definition'),
      'cachedLabel?': flag('macOS: launchd knows a label whose definition is gone'),
      'detail?': text('Why it is unknown'),
    },
    "The manager's view; whether the gateway answers is another thing",
  ),
  ConfigAudit: shape({ ok: flag(), issues: list(ref('AuditIssue')) }),
  AuditIssue: shape({
    code: text(),
    message: text(),
    'detail?': text(),
    level: oneOf(['recommended', 'aggressive']),
  }),
  ConfigStatus: shape({
    cli: ref('ConfigSummary', 'The config that this command sees'),
    'daemon?': ref('ConfigSummary', 'The config that the service names'),
    'mismatch?': exactly(true, 'They are two files'),
  }),
  ConfigSummary: shape({
    path: text(),
    exists: flag(),
    valid: flag(),
    'issues?': list(ref('Issue'), 'What is wrong; absent when it is valid'),
    'warnings?': list(ref('Issue'), 'Keys that this version does not know'),
  }),
  Issue: shape(
    {
      path: text('Dotted path of the key, or empty for the file as a whole'),
      message: text(),
      'line?': Type.Integer({ minimum: 1 }),
      'column?': Type.Integer({ minimum: 1 }),
    },
    'One thing that is wrong in a file: where, and what. Line and column count from 1',
  ),
  GatewayAddress: shape(address),
  GatewayReach: shape({
    ...address,
    mode: exactly('local'),
    url: text(),
    urlSource: text(),
    misconfigured: flag('Its config file has errors'),
    reachable: flag('It said hello'),
    connectLatencyMs: orNull(decimal()),
    self: orNull(ref('ProbedServer')),
    error: orNull(text(), 'null: healthy'),
  }),
  OperatingSystem: shape({ platform: text(), arch: text(), release: text(), label: text() }),
  ServiceSummary: shape({
    label: orNull(text()),
    installed: flag(),
    loaded: flag(),
    loadedText: text('Whether it starts by itself, in the words of the manager'),
    runtimeShort: orNull(text()),
  }),
  PortStatus: shape({
    port: port(),
    status: oneOf(['free', 'busy', 'unknown']),
    listeners: list(ref('PortListener')),
    hints: list(text()),
  }),
  PortListener: shape({
    'pid?': whole(),
    'ours?': flag("It is this instance's process"),
    'command?': text('Name of the program'),
    'commandLine?': text('Secrets are masked'),
    'user?': text(),
    'address?': text('`host:port`'),
  }),
  RpcStatus: shape({ ok: flag('All that was asked is fine'), url: text(), 'error?': text() }),
  ExtraService: shape(
    {
      label: text('Name of the service'),
      detail: text('Where it was found: the file, or the task'),
      scope: oneOf(['user', 'system']),
      'platform?': text(),
      'marker?': text('The product that it belongs to'),
      'legacy?': flag('It is named as earlier generations were'),
    },
    'A service that is not the one of this instance',
  ),
  PortConflict: shape({
    port: port(),
    use: text('What this instance uses it for'),
    owner: text('The other instance, `product/profile`'),
    ownerUse: text(),
  }),
  IsolationIssue: shape({
    code: text('Stable: scripts may match on it'),
    level: oneOf(['info', 'warning', 'error']),
    message: text(),
    'owner?': text('The other instance, `product/profile`'),
    'path?': text('What they share'),
  }),
};
