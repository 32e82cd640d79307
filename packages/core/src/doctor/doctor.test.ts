import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseUnit, renderUnit } from '../formats/systemd-unit.ts';
import type { IsolationFinding } from '../gen/output.gen.ts';
import { FINDINGS, type PortFinding } from '../ports/findings.ts';
import { findPack } from '../product/catalogue.ts';
import { userUnit } from '../service/systemd.ts';
import type { ManagerView } from '../status/verdict.ts';
import { RULES } from './catalogue.ts';
import { diagnose, OWN_CODES } from './diagnose.ts';
import { environmentUse, NO_ENVIRONMENT, secretOptions } from './embedded.ts';
import type { DoctorFacts } from './facts.ts';
import { lineDiff } from './line-diff.ts';
import { nodeIssue } from './node-versions.ts';
import { rule } from './rule.ts';

const content = {
  description: 'ZERO Gateway',
  argv: ['/usr/bin/node', '/opt/polygate.mjs', '--port', '18789'],
  workingDirectory: '/h/.zero',
  environment: { HOME: '/h', PATH: '/usr/local/bin:/usr/bin:/bin' },
  environmentFile: undefined,
  account: undefined,
  notifies: true,
};
const unitText = renderUnit(userUnit(content));
const PATH = '/h/.config/systemd/user/zero-gateway.service';

/** An instance that has a service, runs, and is well. Nothing of it is shared between two tests. */
const well = () => ({
  instance: {
    ...{ id: 'zero/default', displayName: 'ZERO', stateDir: '/h/.zero', configPath: '/h/.zero/zero.json', port: 18789 },
    ...{ command: 'zero', version: '1.2.3', program: 'reference' as const },
  },
  missing: {},
  config: {
    ...{ exists: true, unreadable: undefined, errors: [], unknownKeys: [], includes: [], legacyName: false, mode: 'local' },
    ...{ authElsewhere: false, beyondLoopback: false },
    auth: { kind: 'token' as const, length: 48, reference: false, guessable: false },
  },
  state: {
    ...{
      exists: true,
      kind: 'directory' as const,
      writable: true,
      readOnly: false,
      freeBytes: 2 ** 30,
      staleLocks: [],
      leftovers: [],
      unfinished: undefined,
    },
    ...{ logsBytes: 0, logsPath: '/h/.zero/logs', workspace: { path: '/h/zero', exists: true } },
  },
  service: {
    ...{ manager: 'systemd-user' as const, name: 'zero-gateway', path: PATH, installed: true, unreachable: undefined },
    ...{ refused: undefined, prepares: [], legacy: [], tool: 'systemctl --user' },
    view: {
      ...{ enabled: true, state: 'running' as const, detail: 'active/running', pid: 42, lastExitStatus: undefined },
      ...{ restarts: 0, gaveUp: false, lastRunMs: undefined },
    },
  },
  definition: {
    ...{ path: PATH, mode: 0o644, content, unit: parseUnit(unitText), drift: [], overrides: [], secretOptions: [], port: 18789 },
    program: {
      ...{ path: '/usr/bin/node', exists: true, runtime: 'node' as const, version: '20.17.0', failure: undefined },
      systemNode: '/usr/bin/node',
    },
    entry: { path: '/opt/polygate.mjs', exists: true },
    wanted: { program: '/usr/bin/node', entry: '/opt/polygate.mjs' },
    ...{ environment: NO_ENVIRONMENT, environmentFile: undefined, secretDiffers: false, copies: [] },
  },
  ports: [],
  running: {
    verdict: 'healthy' as const,
    reason: 'it answers',
    gateway: { pid: 42, parent: 1, version: '1.2.3' },
    lastError: undefined,
  },
  isolation: [],
  ledger: {
    ...{ path: '/d/ledger.json', damage: undefined, isRecorded: true, configured: { zero: 0 }, stateDirGone: false },
    entry: { port: 18789, leases: { zero: 18800 } },
  },
  shell: {
    ...{ platform: 'linux', node: '20.17.0', redirecting: [], contradiction: undefined, otherSecret: undefined, home: '/h' },
    ...{ accountHome: '/h', polygateHome: undefined, definitionHome: undefined, isRoot: false, sudoUser: undefined },
  },
  packs: [],
  siblings: [{ id: 'other/default', verdict: 'healthy' as const, reason: 'it answers' }],
  otherServices: [{ name: 'other-gateway', path: '/h/.config/systemd/user/other-gateway.service', sameStateDir: false }],
});
type Change = { [K in keyof DoctorFacts]?: Partial<DoctorFacts[K]> };

/** The facts of a well instance with some of them changed. */
function facts(change: Change): DoctorFacts {
  const all = well() as Record<string, unknown>;
  for (const [kind, more] of Object.entries(change)) {
    all[kind] = Array.isArray(more) || more === undefined ? more : { ...(all[kind] as object), ...more };
  }
  return all as unknown as DoctorFacts;
}

const told = (code: string) => ({ code, message: 'it is so', hint: 'do this' });
const view = (more: Partial<ManagerView>) => ({
  service: { view: { ...well().service.view, ...more } },
});
const program = (more: object) => ({ definition: { program: { ...well().definition.program, ...more } } });
const unit = (from: string | RegExp, to: string) => ({ definition: { unit: parseUnit(unitText.replace(from, to)) } });
const env = (use: object) => ({ definition: { environment: { ...NO_ENVIRONMENT, ...use } } });
const shared = (code: string, severity: 'error' | 'warning', path: string): Change => ({
  isolation: [
    { id: 'x', code, severity, instances: ['zero/default'], message: 'm', hint: 'h', paths: [path] } as IsolationFinding,
  ],
});
const port = (code: string): Change => ({
  ports: [{ level: 'warning', code, instance: 'zero/default', message: 'm', hint: 'h' } as PortFinding],
});
const withPath = (value: string | undefined) => ({
  definition: { content: { ...content, environment: { HOME: '/h', ...(value === undefined ? {} : { PATH: value }) } } },
});

/** For each rule the facts with which it speaks up. */
const CASES: [code: string, change: Change][] = [
  ['config-missing', { config: { exists: false } }],
  ['config-unreadable', { config: { unreadable: 'no right' } }],
  ['config-invalid', { config: { errors: ['gateway.port must be a number'] } }],
  ['config-unknown-keys', { config: { unknownKeys: ['foo is not known'] } }],
  ['config-includes', { config: { includes: ['a.$include is not followed'] } }],
  ['config-legacy-name', { config: { legacyName: true } }],
  ['gateway-mode-unset', { config: { mode: undefined } }],
  ['gateway-auth-missing', { config: { auth: undefined } }],
  ['gateway-auth-weak', { config: { auth: { kind: 'token', length: 8, reference: false, guessable: false } } }],
  ['gateway-auth-weak', { config: { auth: { kind: 'password', length: 30, reference: false, guessable: true } } }],
  ['gateway-open-without-secret', { config: { beyondLoopback: true, auth: undefined } }],
  ['state-dir-missing', { state: { exists: false } }],
  ['state-dir-not-a-directory', { state: { kind: 'file' } }],
  ['state-dir-not-writable', { state: { writable: false } }],
  ['state-dir-read-only', { state: { readOnly: true } }],
  ['disk-full', { state: { freeBytes: 4096 } }],
  ['workspace-missing', { state: { workspace: { path: '/h/zero', exists: false } } }],
  ['stale-lock', { state: { staleLocks: ['/h/.zero/gateway.lock'] }, running: { verdict: 'stopped' } }],
  ['leftover-files', { state: { leftovers: ['/h/.zero/.zero.json.99.a1'] } }],
  ['change-unfinished', { state: { unfinished: { title: 'the rename of a to b', command: 'zero profiles rename a b' } } }],
  ['logs-large', { state: { logsBytes: 3 * 2 ** 30 } }],
  ['config-readable', shared('readable-by-others', 'error', '/h/.zero/zero.json')],
  ['state-dir-readable', shared('readable-by-others', 'warning', '/h/.zero')],
  ['file-readable', shared('readable-by-others', 'warning', '/h/.zero/credentials')],
  ['owned-by-other', shared('owned-by-other', 'warning', '/h/.zero')],
  ['instance-shared', shared('shared-path', 'error', '/h/.zero')],
  ['port-conflict', port('port-shared')],
  ['port-foreign-listener', port('port-listened-on')],
  ['port-ephemeral', port('in-ephemeral-range')],
  ['port-neighbour', port('bands-overlap')],
  ['port-lease-astray', port('lease-outside-band')],
  ['gateway-port-moved', port('running-elsewhere')],
  ['manager-unreachable', { service: { unreachable: told('MANAGER_UNREACHABLE') } }],
  ['service-not-installed', { service: { installed: false }, definition: undefined as never }],
  ['service-legacy-name', { service: { legacy: [{ name: 'old-gateway', path: '/u/old-gateway.service' }] } }],
  ['service-in-both-scopes', { service: { refused: told('SERVICE_IN_OTHER_SCOPE') } }],
  ['service-name-taken', { service: { refused: told('SERVICE_NAME_TAKEN') } }],
  ['service-masked', view({ obstacle: 'masked' })],
  ['gateway-definition-unreadable', { service: { unreadable: { message: 'may not read it', fix: 'chmod u+rw it' } } }],
  ['service-definition-broken', view({ obstacle: 'bad-definition', why: 'line 11: Unbalanced quoting' })],
  ['service-needs-reload', view({ needsReload: true })],
  ['service-not-enabled', view({ enabled: false })],
  ['service-linger-off', { service: { prepares: ['loginctl enable-linger ana'] } }],
  ['gateway-command-missing', { definition: { content: undefined } }],
  ['gateway-definition-drift', { definition: { drift: [{ field: 'command', installed: 'a', wanted: 'b' }] } }],
  ['gateway-definition-overridden', { definition: { overrides: [{ path: '/u/x.d/a.conf', keys: ['Service.ExecStart'] }] } }],
  ['gateway-definition-writable', { definition: { mode: 0o664 } }],
  ['gateway-custom-environment', env({ custom: ['MY_OWN'] })],
  ['gateway-port-mismatch', { definition: { port: 19001 } }],
  ['gateway-runtime-gone', program({ exists: false })],
  ['gateway-entrypoint-gone', { definition: { entry: { path: '/gone.mjs', exists: false } } }],
  ['gateway-entrypoint-mismatch', { definition: { entry: { path: '/other.mjs', exists: true } } }],
  ['gateway-runtime-bun', program({ path: '/usr/bin/bun', runtime: 'bun' })],
  ['gateway-runtime-node-version-manager', program({ path: '/h/.nvm/versions/node/v20.17.0/bin/node' })],
  ['gateway-runtime-node-system-missing', program({ path: '/h/.nvm/current/bin/node', systemNode: undefined })],
  ['gateway-runtime-version-pinned', program({ path: '/opt/node-v20.17.0-linux-x64/bin/node' })],
  ['gateway-runtime-version-pinned', program({ path: '/opt/homebrew/Cellar/node/20.17.0/bin/node' })],
  ['gateway-runtime-probe-failed', program({ version: '18.20.0' })],
  ['gateway-runtime-probe-failed', program({ version: undefined, failure: 'exit 127' })],
  ['gateway-path-missing', withPath(undefined)],
  ['gateway-path-missing-dirs', withPath('/usr/local/bin')],
  ['gateway-path-nonminimal', withPath('/usr/bin:/bin:/h/.nvm/current/bin')],
  ['gateway-program-not-chosen', { instance: { program: undefined } }],
  ['gateway-token-embedded', env({ token: ['ZERO_GATEWAY_TOKEN'] })],
  ['gateway-password-embedded', env({ password: ['ZERO_GATEWAY_PASSWORD'] })],
  ['gateway-managed-env-embedded', env({ managed: ['OPENAI_API_KEY'] })],
  ['gateway-secret-embedded', env({ secrets: ['OPENAI_API_KEY'] })],
  ['gateway-secret-in-argv', { definition: { secretOptions: ['--token'] } }],
  ['gateway-proxy-env-embedded', env({ proxies: ['HTTPS_PROXY'] })],
  ['gateway-token-mismatch', { definition: { secretDiffers: true } }],
  ['service-env-file-readable', { definition: { environmentFile: { path: '/h/.zero/service.env', exists: true, mode: 0o644 } } }],
  [
    'service-env-file-missing',
    { definition: { environmentFile: { path: '/h/.zero/service.env', exists: false, mode: undefined } } },
  ],
  ['systemd-unit-backup-unsafe', { definition: { copies: [{ path: `${PATH}.bak`, mode: 0o644 }] } }],
  ['systemd-kill-mode-process-or-none', unit('KillMode=mixed', 'KillMode=process')],
  ['systemd-kill-mode-control-group', unit(/KillMode=mixed\n/, '')],
  ['systemd-restart-policy', unit('Restart=always', 'Restart=on-failure')],
  ['systemd-restart-sec', unit(/RestartSec=.*\n/, '')],
  ['systemd-restart-sec', unit(/RestartSec=.*/, 'RestartSec=100ms')],
  ['systemd-fatal-restarts', unit(/RestartPreventExitStatus=.*\n/, '')],
  ['systemd-start-limit', unit(/StartLimitIntervalSec=.*/, 'StartLimitIntervalSec=0')],
  ['systemd-stop-timeout', unit(/TimeoutStopSec=.*/, 'TimeoutStopSec=infinity')],
  ['systemd-quoting', unit('[Install]', '[Service]\nEnvironment=A=x y\n[Install]')],
  ['systemd-quoting', unit('/opt/polygate.mjs', '/opt/%h/polygate.mjs')],
  ['launchd-plist-faulty', { definition: { job: { faults: ['TimeOut is no key'], policy: [] } } }],
  ...[
    ...['launchd-keep-alive', 'launchd-fatal-restarts', 'launchd-exit-timeout', 'launchd-throttle', 'launchd-process-type'],
    ...['launchd-umask', 'launchd-timeout-key'],
  ].map((code): (typeof CASES)[number] => [code, { definition: { job: { faults: [], policy: [{ code, says: 'it is so' }] } } }]),
  ...[
    ...['windows-task-time-limit', 'windows-task-battery', 'windows-task-idle', 'windows-task-priority', 'windows-task-parallel'],
    ...['windows-task-any-logon', 'windows-task-no-trigger', 'windows-task-window'],
    ...['windows-script-quoting', 'windows-script-no-restart'],
    ...['winsw-unknown-element', 'winsw-delayed-start', 'winsw-account', 'winsw-password', 'winsw-log-mode', 'winsw-no-restart'],
    ...['winsw-duration', 'winsw-argument'],
  ].map((code): (typeof CASES)[number] => [code, { definition: { windows: [{ code, says: 'it is so' }] } }]),
  ['systemd-after-network-online', unit('[Unit]', '[Unit]\nAfter=network-online.target')],
  [
    'systemd-wants-network-online',
    {
      definition: {
        unit: parseUnit('[Unit]\nAfter=network-online.target\n[Service]\nExecStart=/a\n[Install]\nWantedBy=multi-user.target\n'),
      },
    },
  ],
  ['gateway-outside-service', view({ pid: undefined as never, state: 'stopped' as never })],
  ['gateway-twice', view({ pid: 77 })],
  ['gateway-old-version', { running: { gateway: { pid: 42, parent: 1, version: '1.0.0' } } }],
  ['gateway-start-failed', { running: { verdict: 'starting' }, ...view({ state: 'starting', restarts: 2, lastExitStatus: 1 }) }],
  ['gateway-crash-looping', { running: { verdict: 'crash-looping', lastError: 'EADDRINUSE' } }],
  ['gateway-not-well', { running: { verdict: 'unresponsive' } }],
  ['gateway-stopped', { running: { verdict: 'stopped', gateway: undefined } }],
  ['ledger-damaged', { ledger: { damage: told('FILE_CORRUPT'), entry: undefined } }],
  ['ledger-entry-missing', { ledger: { entry: undefined } }],
  ['ledger-state-dir-gone', { ledger: { stateDirGone: true } }],
  ['ledger-port-differs', { ledger: { entry: { port: 19001, leases: {} } } }],
  ['ledger-lease-not-in-config', { ledger: { entry: { port: 18789, leases: { work: 18801 } } } }],
  ['shell-redirects', { shell: { redirecting: [{ name: 'ZERO_PROFILE', value: 'other' }] } }],
  ['shell-contradicts', { shell: { contradiction: told('INSTANCE_SPLIT') } }],
  ['gateway-token-drift', { shell: { otherSecret: 'ZERO_GATEWAY_TOKEN' } }],
  ['shell-home-differs', { shell: { home: '/root' } }],
  ['shell-polygate-home', { shell: { polygateHome: '/tmp/try' } }],
  ['shell-is-root', { shell: { isRoot: true, sudoUser: 'ana' } }],
  ['node-too-old', { shell: { node: '18.20.0' } }],
  ['node-untested', { shell: { node: '31.0.0' } }],
  ['product-pack-invalid', { packs: [told('PRODUCT_PACK_INVALID')] }],
  ['sibling-not-well', { siblings: [{ id: 'other/default', verdict: 'crash-looping', reason: 'r' }] }],
  ['other-service-on-instance', { otherServices: [{ name: 'mine', path: '/u/mine.service', sameStateDir: true }] }],
];

describe('the rules', () => {
  it('say nothing of an instance that is well', () => {
    expect(diagnose(facts({}))).toEqual([]);
  });

  it.each(CASES)('%s speaks up (%#)', (code, change) => {
    const found = diagnose(facts(change)).filter((finding) => finding.code === code);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ instance: 'zero/default', message: /./, fix: /./ } as object);
  });

  it('are at least thirty, each with a case above, a code of its own and a line for the page', () => {
    const codes = RULES.map(({ code }) => code);
    expect(codes.length).toBeGreaterThanOrEqual(30);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.filter((code) => !CASES.some(([known]) => known === code))).toEqual([]);
    expect(codes.filter((code) => code in OWN_CODES)).toEqual([]);
    for (const { about } of RULES) expect(about).toMatch(/^[A-Z].*\.$/);
  });

  it('are all run: one that fails is a finding, and so is what could not be looked at', () => {
    const broken = rule({
      code: 'broken',
      severity: 'info',
      about: '',
      needs: [],
      check: () => {
        throw new Error('oh');
      },
    });
    const after = rule({ code: 'after', severity: 'info', about: '', needs: [], check: () => [{ message: 'm', fix: 'f' }] });
    const lacking = { ...facts({}), ports: undefined, missing: { ports: 'no /proc' } };
    expect(diagnose(lacking, [broken, after]).map(({ code, message }) => [code, message])).toEqual([
      ['rule-failed', 'the rule broken failed: oh'],
      ['not-looked-at', 'ports could not be looked at, and 0 rules say nothing: no /proc'],
      ['after', 'm'],
    ]);
    expect(diagnose(lacking)).toMatchObject([{ code: 'not-looked-at', message: /and 6 rules/ } as object]);
  });

  it('tell every finding about the ports of an instance', () => {
    // That its state directory is gone, other rules tell; the last one is never about the instance itself.
    const elsewhere = ['instance-gone', 'instance-gone-and-running', 'instance-unreadable'];
    const silent = Object.keys(FINDINGS).filter((code) => diagnose(facts(port(code))).length === 0);
    expect(silent).toEqual(elsewhere);
  });

  it('tell of a state directory that is gone once, and never to free ports that its gateway listens on', () => {
    const keptBy = { holder: 'pid 42 (node)', pid: 42, port: 18_789, serviced: true };
    const gone = { config: { exists: false }, ledger: { stateDirGone: false } };
    const told = diagnose(facts({ ...gone, state: { exists: false, keptBy } }));
    expect(told.map(({ code }) => code)).toEqual(['state-dir-missing']);
    expect(told[0]).toMatchObject({
      message: expect.stringContaining('gone while its gateway runs (pid 42 (node), port 18789)'),
      fix: 'put it back and zero gateway restart, or make it anew: zero gateway install',
    });
    const byHand = diagnose(facts({ ...gone, state: { exists: false, keptBy: { ...keptBy, serviced: false } } }));
    expect(byHand[0]?.fix).toBe('end that gateway (kill 42), then zero setup');
    expect([...told, ...byHand].filter(({ fix }) => fix.includes('ports free'))).toEqual([]);
  });

  it('say the command that status says next about a gateway that is not well', () => {
    const parked = { verdict: 'parked' as const, reason: 'parked: it is so', next: 'zero gateway start' };
    expect(diagnose(facts({ running: parked }))).toMatchObject([
      { code: 'gateway-not-well', message: 'it is parked: it is so', fix: 'zero gateway start' },
    ]);
  });

  it('give the manager’s own line against a mask', () => {
    const [masked] = diagnose(
      facts(view({ obstacle: 'masked', remedy: 'systemctl --user unmask --runtime zero-gateway.service' })),
    );
    expect(masked?.fix).toContain('systemctl --user unmask --runtime zero-gateway.service');
  });

  it('want no PATH in a definition of Windows, which has that of its account', () => {
    for (const value of [undefined, 'C:\\Program Files\\nodejs']) {
      const { definition } = withPath(value) as { definition: object };
      expect(diagnose(facts({ definition: { ...definition, windows: [] } }))).toEqual([]);
    }
  });

  it('take no lock for stale while a gateway answers', () => {
    expect(diagnose(facts({ state: { staleLocks: ['/h/.zero/gateway.lock'] } }))).toEqual([]);
  });

  it('offer no repair that would lose what only the definition has', () => {
    const drift = [{ field: 'command', installed: 'a', wanted: 'b' }];
    const repairOf = (custom: string[]) =>
      diagnose(facts({ definition: { drift, environment: { ...NO_ENVIRONMENT, custom } } })).find(
        ({ code }) => code === 'gateway-definition-drift',
      )?.repair;
    expect([repairOf([]), repairOf(['MY_OWN'])]).toEqual(['install', undefined]);
  });

  it('propose nothing about a service that runs on another state directory, whatever its name', () => {
    const others = [{ name: 'old-gateway', path: '/u/old-gateway.service', sameStateDir: false }];
    expect(diagnose(facts({ otherServices: others }))).toEqual([]);
  });
});

describe('what a definition sets', () => {
  const pack = findPack('openclaw');
  it('is told apart by what it is', () => {
    const environment = {
      ...{
        HOME: '/h',
        USERPROFILE: 'C:\\h',
        PATH: '/bin',
        OPENCLAW_STATE_DIR: '/s',
        OPENCLAW_GATEWAY_TOKEN: 'a',
        OPENCLAW_GATEWAY_PASSWORD: 'b',
      },
      ...{ OPENAI_API_KEY: 'k', ANTHROPIC_API_KEY: 'k2', HTTPS_PROXY: 'p', MINE: '1' },
    };
    expect(environmentUse(pack, environment, { env: { vars: { OPENAI_API_KEY: 'k' }, ANTHROPIC_API_KEY: 'other' } })).toEqual({
      token: ['OPENCLAW_GATEWAY_TOKEN'],
      password: ['OPENCLAW_GATEWAY_PASSWORD'],
      managed: ['OPENAI_API_KEY'],
      secrets: ['ANTHROPIC_API_KEY'],
      proxies: ['HTTPS_PROXY'],
      custom: ['ANTHROPIC_API_KEY', 'HTTPS_PROXY', 'MINE'],
    });
  });

  it.each([
    [['node', 'x', '--token', 'abc'], ['--token']],
    [['node', 'x', '--password=abc', '--port', '1'], ['--password']],
    [['node', 'x', '--token-file', '/f', '--token'], []],
  ])('has secrets on its command line: %j', (argv, options) => {
    expect(secretOptions(argv)).toEqual(options);
  });
});

describe('versions of Node', () => {
  it('are those that the package says it works on', () => {
    const { engines } = JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8'));
    expect(engines.node).toBe('^20.17.0 || >=22.9.0');
  });

  it.each([
    ['18.20.4', 'tooOld'],
    ['20.16.0', 'tooOld'],
    ['20.17.0', undefined],
    ['21.7.0', 'tooOld'],
    ['22.8.0', 'tooOld'],
    ['22.9.0', undefined],
    ['v24.0.0', undefined],
    ['25.0.0', 'untested'],
  ])('%s', (version, issue) => {
    expect(Object.keys(nodeIssue(version))).toEqual(issue === undefined ? [] : [issue]);
  });
});

describe('a diff in lines', () => {
  it.each([
    ['a\nb\nc\n', 'a\nx\nc\n', ['- b', '+ x']],
    ['', 'a\n', ['+ a']],
    ['a\nb\n', '', ['- a', '- b']],
    ['a\n', 'a\n', []],
    ['a\nb\nc\nd\n', 'b\nc\nd\ne\n', ['- a', '+ e']],
  ])('%j to %j', (before, after, lines) => {
    expect(lineDiff(before, after)).toEqual(lines);
  });
});
