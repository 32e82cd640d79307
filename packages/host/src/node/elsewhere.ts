import path from 'node:path';
import type { PathFlavour } from '@polygate/core';
import type { Files, Host, Processes } from '../ports.ts';
import { polygateFolders } from '../store/folders.ts';
import { accountHome } from '../store/home.ts';

/** A platform that definitions can be written for, wherever this runs. */
export const PLATFORMS = ['linux', 'darwin', 'win32'] as const;
export type Platform = (typeof PLATFORMS)[number];

/** Where Node's own installer and npm put things on a platform: what is certain there, of a machine that nobody has seen. */
const INSTALLED: Record<Platform, (home: string) => { node: string; entry: string }> = {
  linux: () => ({ node: '/usr/bin/node', entry: '/usr/local/lib/node_modules/polygate/bin/polygate.cjs' }),
  darwin: () => ({ node: '/usr/local/bin/node', entry: '/usr/local/lib/node_modules/polygate/bin/polygate.cjs' }),
  win32: (home) => ({
    node: 'C:\\Program Files\\nodejs\\node.exe',
    entry: `${home}\\AppData\\Roaming\\npm\\node_modules\\polygate\\bin\\polygate.cjs`,
  }),
};

const HOMES: Record<Platform, (account: string) => string> = {
  linux: (account) => (account === 'root' ? '/root' : `/home/${account}`),
  darwin: (account) => (account === 'root' ? '/var/root' : `/Users/${account}`),
  win32: (account) => `C:\\Users\\${account}`,
};
/** The number of the first account that a person gets; there are none on Windows. */
const FIRST_UID: Record<Platform, number> = { linux: 1000, darwin: 501, win32: -1 };

/** The account that is pictured: root is nobody's login there. */
const accountOf = ({ users }: Host, platform: Platform): string =>
  users.name === 'root' && platform !== 'linux' ? 'you' : users.name;

/**
 * The machine as it would be on another platform, for what is only shown: its account has the usual home there, in which lies
 * what lies in the home here. It can be read, and nothing can be done on it: no file is written, and no program is asked.
 */
export function elsewhere(host: Host, platform: Platform, account: string = accountOf(host, platform)): Host {
  if (platform === host.platform) return { ...host, elsewhere: { folders: polygateFolders(host) } };
  const paths = platform === 'win32' ? path.win32 : path.posix;
  const home = HOMES[platform](account);
  const isAlike = (host.platform === 'win32') === (platform === 'win32');
  const here = host.env.POLYGATE_HOME?.trim() || accountHome(host);
  return {
    ...host,
    platform,
    paths,
    cwd: home,
    env: { ...Object.fromEntries(keptVariables(host, isAlike)), ...accountVariables(platform, { account, home }) },
    users: {
      uid: account === 'root' && platform !== 'win32' ? 0 : FIRST_UID[platform],
      ...{ name: account, home },
      nameOf: async (uid) => String(uid),
    },
    files: mirrored(host.files, paths, { there: home, here }),
    processes: NOBODY_ANSWERS,
    elsewhere: {
      folders: polygateFolders(host),
      ...(isAlike ? {} : { installed: INSTALLED[platform](home) }),
      asAccount: (other) => elsewhere(host, platform, other),
    },
  };
}

/** Paths of one kind of system mean nothing on the other. POLYGATE_HOME is what the home stands for, here and there. */
function keptVariables({ env, paths }: Host, isAlike: boolean): [string, string | undefined][] {
  return Object.entries(env).filter(([name, value]) => name !== 'POLYGATE_HOME' && (isAlike || !paths.isAbsolute(value ?? '')));
}

function accountVariables(platform: Platform, { account, home }: { account: string; home: string }): Record<string, string> {
  if (platform !== 'win32') return { HOME: home, USER: account };
  return {
    ...{ USERPROFILE: home, USERNAME: account, SystemRoot: 'C:\\Windows' },
    ...{ APPDATA: `${home}\\AppData\\Roaming`, LOCALAPPDATA: `${home}\\AppData\\Local` },
  };
}

/** Files of this machine under the paths of the other one. What is not below the home is looked for in the same place here. */
function mirrored(files: Files, paths: PathFlavour, { there, here }: { there: string; here: string }): Files {
  const local = (file: string): string => {
    const way = paths.relative(there, file);
    const isInHome = way === '' || (!way.startsWith('..') && !paths.isAbsolute(way));
    return isInHome ? path.join(here, ...way.split(paths.sep)) : file.split(paths.sep).join(path.sep);
  };
  const refuse = async (file: string): Promise<never> => {
    throw new Error(`nothing is done on a machine that is only imagined: ${file}`);
  };
  return {
    read: (file) => files.read(local(file)),
    list: (file) => files.list(local(file)),
    stat: (file) => files.stat(local(file)),
    room: (file) => files.room(local(file)),
    tail: (file, bytes) => files.tail(local(file), bytes),
    canonical: async (file) => paths.normalize(file),
    ...{ write: refuse, copyFile: refuse, setAside: refuse, setMode: refuse, remove: refuse, makeDir: refuse },
    trees: {
      kindOf: (file) => files.trees.kindOf(local(file)),
      ...{ move: refuse, copy: refuse, remove: refuse, removeEmpty: refuse },
    },
  };
}

const SILENCE = { code: undefined, stdout: '', stderr: '', failure: 'this is not the machine that is asked about' };

const NOBODY_ANSWERS: Processes = {
  query: async () => SILENCE,
  run: async () => SILENCE,
  launch: async () => SILENCE,
  info: async () => undefined,
  environmentOf: async () => undefined,
  signal: async () => false,
};
