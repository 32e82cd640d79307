/** How a browser is started. */
export interface BrowserStart {
  platform: string;
  port: number;
  userDataDir: string;
  headless: boolean;
  noSandbox: boolean;
}

/** Where there is no window to have a size, pages get this one. */
const SIZE = '1280,800';

/** What a browser is started with: its own data, its own port (it listens on loopback alone), and nothing that asks or phones home. */
export function browserArguments({ platform, port, userDataDir, headless, noSandbox }: BrowserStart): string[] {
  return [
    `--remote-debugging-port=${port}`,
    `--user-data-dir=${userDataDir}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-sync',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-features=Translate,MediaRouter',
    '--disable-session-crashed-bubble',
    '--hide-crash-restore-bubble',
    // No keyring that would ask for its password.
    '--password-store=basic',
    ...(headless ? ['--headless=new', '--disable-gpu', `--window-size=${SIZE}`] : []),
    ...(noSandbox ? ['--no-sandbox', '--disable-setuid-sandbox'] : []),
    // Containers have a /dev/shm of 64 MB, and a page that needs more crashes.
    ...(platform === 'linux' ? ['--disable-dev-shm-usage'] : []),
    'about:blank',
  ];
}

/** That a command line is that of a browser on this data, whoever started it. */
export const isOnData = (commandLine: string, userDataDir: string): boolean =>
  // A helper of the browser (--type=renderer) has no right to be taken for it.
  `${commandLine} `.includes(`--user-data-dir=${userDataDir} `) && !/(^|\s)--type=/.test(commandLine);

/** That it is one on other data. A system that cuts command lines off (ps of macOS may) shows no data at all: that tells nothing. */
export const isOnOtherData = (commandLine: string, userDataDir: string): boolean =>
  commandLine.includes('--user-data-dir=') && !isOnData(commandLine, userDataDir);

/** The debugging port on the command line of a browser. */
export const debuggingPortOf = (commandLine: string): number | undefined => {
  const [, port] = /\s--remote-debugging-port=(\d{1,5})(?:\s|$)/.exec(commandLine) ?? [];
  return port === undefined ? undefined : Number(port);
};

/** What a browser needs of the environment; a name that ends in "_" stands for all that begin so. */
const HANDED_ON = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TMPDIR', 'TZ', 'LANG', 'LANGUAGE', 'LC_'],
  ...['DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'XDG_', 'DBUS_SESSION_BUS_ADDRESS', 'FONTCONFIG_', 'PULSE_SERVER'],
  ...['SYSTEMROOT', 'WINDIR', 'SYSTEMDRIVE', 'COMSPEC', 'PATHEXT', 'TEMP', 'TMP', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA'],
  ...['PROGRAMFILES', 'PROGRAMFILES(X86)', 'PROGRAMDATA', 'ALLUSERSPROFILE', 'COMPUTERNAME', 'USERNAME', 'USERDOMAIN'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY'],
];

/** The environment of a browser: what it needs, by name. The secrets of the gateway, and everything unknown, stay here. */
export function browserEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const isHandedOn = (name: string) =>
    HANDED_ON.some((each) => (each.endsWith('_') ? name.toUpperCase().startsWith(each) : name.toUpperCase() === each));
  return Object.fromEntries(Object.entries(env).filter((e): e is [string, string] => e[1] !== undefined && isHandedOn(e[0])));
}
