import type { ProblemParams } from '../../../packages/core/src/errors/catalogue.ts';

const home = '/home/ana';
const config = `${home}/.zero-rescue/zero.json`;
const stateDir = `${home}/.zero-rescue`;
const url = 'ws://127.0.0.1:19789';
const server = { pid: 4242, command: 'node server.js', user: 'ana' };
const unit = 'zero-gateway-rescue';

/** Values that the reference shows each error with. The type holds every code to its own parameters. */
export const samples: ProblemParams = {
  UNEXPECTED: { message: "Cannot read properties of undefined (reading 'port')" },
  USAGE: { message: "unknown option '--porty'", topic: 'gateway install' },
  OPTION_REPEATED: { option: '--profile' },
  OPTION_INVALID: { option: '--timeout', value: 'soon', expected: 'a whole number from 1 to 3600000' },
  NODE_TOO_OLD: { version: '18.20.4', wanted: '^20.17 or >=22.9' },
  HOME_MISSING: { home: '/nonexistent' },

  PRODUCT_UNKNOWN: { product: 'acme', known: ['clawdbot', 'moltbot', 'openclaw', 'ws-agent', 'zero'] },
  PRODUCT_PACK_INVALID: {
    file: `${home}/.config/polygate/products/acme.json`,
    issues: [
      { path: 'ports.base', message: 'must be at most 65535' },
      { path: 'configFile', message: 'is missing' },
    ],
  },
  PROFILE_NAME_INVALID: { name: 'my rescue', reason: 'contains white space' },
  PROFILE_NAME_RESERVED: { name: 'node', label: 'com.zero.node' },
  PROFILE_CONFLICT: { first: '--dev', second: '--profile rescue' },
  PROFILE_UNKNOWN: { profile: 'rescu', product: 'zero', known: ['main', 'rescue'] },
  PROFILE_NOT_SET_UP: { profile: 'rescue', product: 'zero', account: 'ana' },
  INSTANCE_SPLIT: { profile: 'rescue', variable: 'ZERO_STATE_DIR', value: '/srv/agents/main', owner: 'zero/main' },
  STATE_DIR_TAKEN: { stateDir: `${home}/.clawdbot`, owner: 'Clawdbot' },
  PROFILE_NAME_TAKEN: { profile: 'zero/default', stateDir: '/srv/first' },
  STATE_DIR_DENIED: { stateDir, reason: 'it belongs to root' },
  PATH_UNUSABLE: {
    what: 'the state directory',
    path: '\\\\server\\share\\zero',
    reason: 'it is on a network share: locks and access rights there are not those of this machine',
  },
  PROGRAM_NOT_CHOSEN: { instance: 'zero/rescue', stateDir },
  PROGRAM_NOT_FOUND: { program: 'openclaww', looked: '/usr/local/bin, /usr/bin, /bin' },
  PROGRAM_NOT_EXECUTABLE: { program: './gateway.sh', path: `${home}/gateway.sh`, reason: 'it is not executable' },
  PROGRAM_PATH_VERSIONED: { program: 'openclaw', path: `${home}/.nvm/versions/node/v24.16.0/bin/openclaw` },
  PROGRAM_NEEDS_NODE: {
    ...{ package: 'openclaw 2026.9.6', needs: '>=24.16.0 <25 || >=26.1.0' },
    found: '/usr/bin/node, which would run it, is 20.20.2',
    help: 'install Node 24.16.0, which would do, and name it: --program "/path/to/node /usr/local/bin/openclaw gateway"',
  },
  COMMAND_TAKEN: { name: 'openclaw', path: '/usr/local/bin/openclaw', inPlace: false },
  PROFILE_EXISTS: { profile: 'zero/rescue', path: stateDir },
  PROFILE_RUNNING: { profile: 'zero/rescue', reason: 'a gateway runs on it (pid 4242)' },
  PATH_PROTECTED: { path: home, reason: 'it is the home directory' },
  CHANGE_UNFINISHED: { change: 'rename of zero/main to zero/work', command: 'polygate profiles rename zero/main work' },

  PORT_INVALID: { source: '--port', value: '1979x' },
  PORT_OUT_OF_RANGE: { port: 65_500, highest: 65_425 },
  PORT_CONFLICT: { port: 18_791, use: 'gateway', owner: 'zero/main', ownerUse: 'the browser control port', suggestion: 19_789 },
  PORT_TAKEN: { port: 19_789, holders: [server] },
  PORT_HELD_BY_STRANGER: { port: 19_789, holders: [server] },
  PORTS_EXHAUSTED: { first: 10_000, last: 65_425 },
  PORT_LEASED: {
    ...{ port: 18_789, use: 'the gateway port', owner: 'zero/main' },
    free: 'move it to another base: polygate --product zero --profile main setup --port PORT',
  },
  CDP_PORTS_EXHAUSTED: { first: 18_800, last: 18_899 },
  BROWSER_PROFILE_NAME_INVALID: { name: 'My Work' },
  DEVICE_UNKNOWN: { what: 'device', given: '3f2a', found: 0, list: 'zero devices list' },
  NOT_LINKED: { message: 'no channel is linked' },
  AGENT_TIMEOUT: { message: 'the agent did not answer within 600 s' },
  NODE_UNKNOWN: { what: 'node', given: 'phon', found: 0, list: 'zero nodes list' },
  BROWSER_PROFILE_UNKNOWN: { profile: 'wrok', instance: 'zero/main', known: ['work'] },
  BROWSER_PROFILE_KEPT: { profile: 'work', instance: 'zero/main', reason: 'browser.defaultProfile names it' },

  CONFIG_INVALID: {
    file: config,
    issues: [
      { path: 'gateway.port', message: 'must be an integer', line: 3, column: 11 },
      { path: 'gateway.mode', message: 'must be one of "local", "remote"', line: 4, column: 11 },
    ],
  },
  SETTINGS_INVALID: {
    file: `${home}/.config/polygate/instances/zero/rescue.json`,
    issues: [
      { path: 'probes.liveness.periodSeconds', message: 'is 0, and must be at least 0.1' },
      { path: 'probes.startup.command', message: 'is missing: a probe of kind exec runs one' },
    ],
  },
  CONFIG_MISSING: { file: config },
  CONFIG_KEY_UNKNOWN: { file: config, key: 'gateway.prot' },
  CONFIG_CHANGED_MEANWHILE: { file: config },
  NO_GOOD_CONFIG: { file: config, given: '9', known: 2 },
  GATEWAY_MODE_UNSET: { file: config, mode: 'remote' },
  AUTH_MISSING: { file: config },
  BIND_WITHOUT_SECRET: { bind: 'lan', file: config },
  BIND_INVALID: { bind: 'tailnet', reason: 'this machine has no tailnet address' },
  FILE_CORRUPT: {
    file: `${home}/.config/polygate/instances/zero/rescue.json`,
    what: 'the settings file',
    reason: 'Unexpected end of JSON input',
  },
  FILE_FROM_FUTURE: { file: `${home}/.local/share/polygate/ledger.json`, version: 2, supported: 1 },
  FILE_DENIED: { file: config, action: 'write' },
  FILE_FAILED: { file: config, action: 'replace', reason: 'it is not a regular file' },
  DISK_FULL: { file: config },

  SUPERVISOR_STATE_FUTURE: { file: `${home}/.local/state/polygate/supervisor/state.json`, version: 2, supported: 1 },
  DEPENDENCY_CYCLE: { cycle: ['zero/main', 'zero/rescue', 'zero/main'] },
  DEPENDENCY_UNKNOWN: { instance: 'zero/main', on: 'zero/mian', known: ['zero/main', 'zero/rescue'] },
  NOT_SUPERVISED: { instance: 'zero/work', known: ['zero/main', 'zero/rescue'] },

  RESTART_INCOMPLETE: { instance: 'zero/main', reason: 'it ended 6 times within 60 s', left: ['zero/rescue'] },

  LOCK_HELD: { what: 'the ledger', holder: 'another polygate command (pid 4242)' },
  GATEWAY_ALREADY_RUNNING: { stateDir, pid: 4242, port: 19_789, by: 'state directory' },
  SUPERVISOR_RUNNING: { pid: 4242, names: ['main'] },
  SUPERVISOR_NOT_RUNNING: {},
  SUPERVISOR_NOT_RENEWED: { reason: 'the settings file /home/you/.config/polygate/instances/zero/main.json is damaged: /probes' },
  SUPERVISOR_NOT_STARTED: {
    reason: 'no space left to write state.json',
    log: `${home}/.local/state/polygate/supervisor/supervisor.log`,
  },
  SUPERVISOR_UNREACHABLE: { path: `${home}/.local/state/polygate/supervisor/control.sock`, reason: 'no answer within 10000 ms' },
  SUPERVISOR_MISMATCH: { spoken: 2, wanted: 1 },
  SUPERVISOR_REFUSED: {
    code: 'UNKNOWN_OP',
    message: 'there is no operation "pause"',
    hint: 'use the polygate that started it',
  },
  SOCKET_PATH_TOO_LONG: { path: `${home}/…/supervisor/control.sock`, bytes: 131, limit: 107 },
  NAMES_REPEATED: { names: ['zero/main'] },
  NOTHING_TO_RUN: { reasons: ['zero/main: the service zero-gateway-main runs it'] },
  GATEWAY_STILL_RUNNING: { pid: 4242, port: 19_789 },
  GATEWAY_NOT_RUNNING: { url },
  GATEWAY_UNREACHABLE: { url, reason: 'no answer within 3000 ms' },
  GATEWAY_STARTING: { url, retryAfterMs: 500 },
  GATEWAY_UNAUTHORIZED: { url, reason: 'unauthorized: gateway token mismatch' },
  GATEWAY_PROTOCOL_MISMATCH: { url, reason: 'protocol mismatch' },
  GATEWAY_REFUSED: {
    method: 'system-event',
    code: 'INVALID_REQUEST',
    message: "invalid system-event params: must have required property 'text'",
  },

  MANAGER_MISSING: { platform: 'darwin' },
  MANAGER_UNSUPPORTED: { manager: 'launchd-agent', platform: 'linux' },
  MANAGER_UNREACHABLE: {
    manager: 'systemd --user',
    reason: 'Failed to connect to bus: No medium found',
    advice:
      'start a user manager for ana: sudo loginctl enable-linger ana, then log in again (ssh ana@localhost, or sudo -i -u ana)',
  },
  MANAGER_FAILED: { command: `systemctl --user restart ${unit}.service`, reason: 'Job for the unit failed' },
  MANAGER_REFUSED: {
    command: 'launchctl bootstrap gui/501 /Users/you/Library/LaunchAgents/com.zero.rescue.plist',
    reason: 'Bootstrap failed: 5: Input/output error',
    meaning: 'it is disabled',
    advice: 'launchctl enable gui/501/com.zero.rescue, then again',
  },
  SERVICE_IS_OWN: { name: 'com.zero.rescue', what: 'uninstall' },
  SERVICE_ALTERED: {
    name: unit,
    path: `${home}/.config/systemd/user/${unit}.service`,
    reason: 'it has no ExecStart',
  },
  SERVICES_SEVERAL: { instance: 'zero/rescue', names: [unit, 'my-gateway'] },
  SERVICE_NOT_ADOPTABLE: {
    name: unit,
    path: `${home}/.config/systemd/user/${unit}.service`,
    reason: 'it has specifiers of systemd in it (such as %h)',
  },
  NOTHING_ADOPTED: { name: unit },
  UNINSTALL_INCOMPLETE: { name: unit, left: ['pid 4242 still listens on port 19789'] },
  SERVICE_IN_OTHER_SCOPE: { name: 'zero-gateway-rescue', path: '/etc/systemd/system/zero-gateway-rescue.service' },
  SERVICE_MASKED: { name: 'zero-gateway', unmask: 'systemctl --user unmask zero-gateway.service' },
  SERVICE_BROKEN: {
    name: 'zero-gateway-main',
    path: '/home/ana/.config/systemd/user/zero-gateway-main.service',
    reason: 'line 11: Unbalanced quoting, ignoring: "garbage',
  },
  ROOT_NEEDED: { what: 'a service of the system', line: 'sudo zero --profile rescue gateway install --system --user-name ana' },
  ACCOUNT_UNKNOWN: { account: 'annna' },
  LINGER_DENIED: { user: 'ana', reason: 'Could not enable linger: Access denied' },
  SERVICE_NAME_TAKEN: {
    name: unit,
    path: `${home}/.config/systemd/user/${unit}.service`,
    owner: '/srv/agents/rescue',
  },
  SERVICE_NOT_INSTALLED: { name: unit },
  SERVICE_STILL_INSTALLED: {
    name: unit,
    path: `${home}/.config/systemd/user/${unit}.service`,
    profile: 'rescue',
    product: 'zero',
  },
  SERVICE_NOT_HEALTHY: { name: unit, verdict: 'crash-looping', reason: 'cannot listen on port 19789' },
  VALUE_UNQUOTABLE: { what: 'the working directory', reason: 'it contains a line break or NUL' },
};
