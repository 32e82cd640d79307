/** What a variable is for, for docs/reference/environment.md. Kept apart: no command has to load it. */
export interface VariableMeaning {
  meaning: string;
  /** How it is used: read where it is set, or written into what Polygate starts. */
  use: 'read' | 'written' | 'read, written';
}

/** Variables of a product, without its prefix. The packs say by which full names each goes. */
export const PRODUCT_VARIABLES: Record<string, VariableMeaning> = {
  PROFILE: {
    use: 'read, written',
    meaning: 'The profile, wholly: state directory, config, workspace and service name follow from it.',
  },
  STATE_DIR: { use: 'read, written', meaning: 'State directory. One that is the usual one of a profile names that profile.' },
  CONFIG_PATH: { use: 'read, written', meaning: 'Config file. Without it the config lies in the state directory.' },
  GATEWAY_PORT: { use: 'read, written', meaning: 'Base port; after `--port` and before `gateway.port`.' },
  GATEWAY_TOKEN: { use: 'read', meaning: 'Token of the gateway; after `--token` and before `gateway.auth.token`. Secret.' },
  GATEWAY_PASSWORD: { use: 'read', meaning: 'Password of the gateway, where it asks for one. Secret.' },
  BROWSER_CONTROL_URL: {
    use: 'read',
    meaning: 'Address of the browser control server; its port is kept clear when it is on this machine.',
  },
  BROWSER_CONTROL_TOKEN: {
    use: 'read',
    meaning: 'What is shown to a browser control server on another machine; the token of the gateway never goes there. Secret.',
  },
  SKIP_BROWSER_CONTROL_SERVER: { use: 'read', meaning: '`1`: this gateway controls no browsers, whatever its config says.' },
  CANVAS_HOST_PORT: { use: 'read', meaning: 'Canvas port, where the product has one of its own.' },
  SKIP_CANVAS_HOST: { use: 'read', meaning: '`1`: no canvas, and no port for it.' },
  SERVICE_MARKER: {
    use: 'read, written',
    meaning: 'Says that an environment is that of a service: its values do not redirect a command about another profile.',
  },
  SERVICE_KIND: { use: 'written', meaning: 'Always `gateway`.' },
  SERVICE_VERSION: { use: 'written', meaning: 'Version of Polygate that wrote the definition.' },
  NO_RESPAWN: {
    use: 'written',
    meaning: '`1` for external programs whose pack says so: the gateway is the process that was started, and no child of it.',
  },
  SUPERVISOR_MODE: {
    use: 'written',
    meaning: '`external` for external programs whose pack says so: they leave services and updates of themselves alone.',
  },
  LAUNCHD_LABEL: { use: 'read', meaning: 'Left out with the service that it came from; nothing else is made of it.' },
  SYSTEMD_UNIT: { use: 'read', meaning: 'The same.' },
  WINDOWS_TASK_NAME: { use: 'read', meaning: 'The same.' },
};

/** Variables that are not of one product. */
export const OTHER_VARIABLES: Record<string, VariableMeaning> = {
  POLYGATE_HOME: {
    use: 'read, written',
    meaning: 'Takes the place of HOME for every path, Polygate’s own folders included (`.polygate` in it).',
  },
  POLYGATE_PRODUCT: { use: 'read', meaning: 'The product, where neither `--product` nor the name of the command says one.' },
  POLYGATE_FIRST_PORT: { use: 'read', meaning: 'First base port that is proposed to new instances.' },
  HOME: { use: 'read, written', meaning: 'Home directory. It is never guessed: without one a command fails.' },
  USERPROFILE: { use: 'read', meaning: 'Home directory on Windows.' },
  PATH: { use: 'read, written', meaning: 'Where programs are looked for: node, browsers, commands that `link` must not shadow.' },
  PATHEXT: { use: 'read', meaning: 'On Windows, endings of programs.' },
  PROGRAMFILES: {
    use: 'read',
    meaning: 'On Windows, where browsers are looked for; so are `PROGRAMFILES(X86)` and `LOCALAPPDATA`.',
  },
  LOCALAPPDATA: { use: 'read', meaning: 'See `PROGRAMFILES`.' },
  TMPDIR: {
    use: 'read, written',
    meaning: 'Where gateways of other makes keep their locks, by which one that was started by hand is known.',
  },
  APPDATA: { use: 'read', meaning: 'On Windows, where the Startup folder of the account is.' },
  USERDOMAIN: { use: 'read', meaning: 'On Windows, what a task names the account with, where its number cannot be had.' },
  POLYGATE_WINSW: {
    use: 'read',
    meaning: 'On Windows, the WinSW that services of the system are made with; else the one on PATH.',
  },
  XDG_RUNTIME_DIR: {
    use: 'read, written',
    meaning: 'How the service manager of the account is reached; put right where it is another account’s.',
  },
  SUDO_USER: { use: 'read', meaning: 'Whose gateway a service of the system is, where `--user-name` does not say.' },
  POLYGATE_ENV_FILE: {
    use: 'read, written',
    meaning:
      'In a service of launchd or Windows, which know no such file themselves: the file (0600) with the secrets of the service. Not handed on.',
  },
  POLYGATE_PARKED_FILE: {
    use: 'read, written',
    meaning:
      'In a service of launchd or WinSW, which start again whatever fails: where a fatal configuration is written down, and the exit status is 0 then instead of 78. Not handed on.',
  },
  POLYGATE_STOP_FILE: {
    use: 'read, written',
    meaning: 'In a launcher of Windows, which has no signals: once this file is there, a guard ends what it runs, and itself.',
  },
  XPC_SERVICE_NAME: {
    use: 'read',
    meaning: 'launchd sets it: the label of the job that a command runs in, which it does not end.',
  },
  NODE_DISABLE_COMPILE_CACHE: { use: 'read', meaning: 'Of Node: compiled code is not kept from run to run either.' },
  NODE_OPTIONS: { use: 'read', meaning: 'Of Node: code that is kept from run to run is kept for each of its values.' },
  SUDO_UID: { use: 'read', meaning: 'On a Mac, whose login a job is for, when it is asked for with sudo.' },
  NOTIFY_SOCKET: { use: 'read', meaning: 'systemd sets it: where the gateway tells that it is ready. Not handed on.' },
  WATCHDOG_USEC: { use: 'read', meaning: 'systemd sets it: how often it wants a sign of life. Not handed on.' },
  WATCHDOG_PID: { use: 'read', meaning: 'systemd sets it: of which process.' },
  NO_COLOR: { use: 'read', meaning: 'Set to anything: no colours.' },
  CI: { use: 'read', meaning: 'Set to anything: nothing is asked, also on a terminal.' },
};
