import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { ServiceDefinition } from '@polygate/core';
import { fixturePath, tempDir } from '@polygate/testkit';
import { nodeHost } from '../../node/host.ts';
import type { CommandOptions, CommandResult, Files, Host, ProcessInfo } from '../../ports.ts';

/** How the doubles of Windows behave. */
export interface WindowsSettings {
  language?: 'en' | 'de' | 'fr' | 'ja';
  /** HRESULT with which every task is refused. */
  deny?: number;
  /** COM may be used. */
  com?: boolean;
  whoami?: boolean;
  /** The service's account can log on. */
  logon?: boolean;
}

/** A machine of Windows: its files in a folder of this one, its programs by doubles. */
export interface WindowsMachine {
  host: Host;
  /** Command lines in their order, without the paths of Windows' own programs. */
  commands: string[];
  /** What was started and left to itself. */
  launched: string[][];
  set(settings: WindowsSettings): void;
  /** Every task, or service of WinSW, by name. */
  tasks(): Record<string, { state: number; xml: string; ran?: number }>;
  /** Puts one there that others made. */
  give(name: string, task: { state: number; xml: string; lastResult?: number }): void;
  /** Makes a gateway live on a state directory, as its lock says. */
  live(stateDir: string, pid: number, more?: Partial<ProcessInfo>): Promise<void>;
  /** Makes a process end. */
  die(pid: number): void;
  write(file: string, text: string): Promise<void>;
  read(file: string): Promise<string | undefined>;
  /** Bytes as they lie on the disk. */
  bytes(file: string): Buffer;
  remove(): Promise<void>;
}

const HOME = 'C:\\Users\\ana';
const require = createRequire(import.meta.url);
type Double = (words: readonly string[], env: object) => { code: number; stdout?: string; stderr?: string };
const DOUBLES = fixturePath('doubles', 'windows');

/** Makes one. `xmllint`: tasks are checked against the schema, as the Task Scheduler checks them. */
export async function windowsMachine({ xmllint }: { xmllint: boolean }): Promise<WindowsMachine> {
  const dir = await tempDir();
  const [double, root] = ['double', 'root'].map((name) => path.join(dir.path, name)) as [string, string];
  for (const folder of [double, root]) mkdirSync(folder, { recursive: true });
  const local = (file: string) => path.join(root, ...file.replace(':', '').split('\\'));
  const real = nodeHost();
  const alive = new Map<number, ProcessInfo>();
  const commands: string[] = [];
  const launched: string[][] = [];

  const ask = async (argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> => {
    const [program = '', ...args] = argv;
    const base = path.win32
      .basename(program)
      .replace(/\.exe$/i, '')
      .toLowerCase();
    const isWinsw = program.startsWith('C:\\ProgramData');
    commands.push([isWinsw ? 'winsw' : base, ...args].join(' '));
    if (!isWinsw && !['schtasks', 'powershell', 'whoami'].includes(base))
      return { code: 0, stdout: '', stderr: '', failure: undefined };
    const env = {
      ...options.env,
      ...{ PATH: process.env.PATH, POLYGATE_DOUBLE: double, POLYGATE_DOUBLE_ROOT: root, POLYGATE_DOUBLE_PROGRAM: program },
      ...(xmllint ? { POLYGATE_DOUBLE_SCHEMA: fixturePath('schemas', 'task.xsd') } : {}),
    };
    const answer = require(path.join(DOUBLES, `${isWinsw ? 'winsw' : base}.cjs`)) as Double;
    return { stdout: '', stderr: '', failure: undefined, ...answer(args, env) };
  };

  const host: Host = {
    ...real,
    platform: 'win32',
    paths: path.win32,
    cwd: HOME,
    env: { USERPROFILE: HOME, SystemRoot: 'C:\\Windows', PATH: 'C:\\Tools', PATHEXT: '.EXE' },
    users: { uid: -1, name: 'ana', home: HOME, nameOf: async () => 'ana' },
    files: filesBelow(real.files, local),
    processes: {
      query: ask,
      run: ask,
      launch: async (argv) => {
        launched.push([...argv]);
        return { code: 0, stdout: '', stderr: '', failure: undefined };
      },
      info: async (pid) => alive.get(pid),
      environmentOf: async () => undefined,
      signal: async ({ pid }) => alive.delete(pid),
    },
    elsewhere: { folders: { config: 'C:\\polygate\\config', data: 'C:\\polygate\\data', state: 'C:\\polygate\\state' } },
  };
  const taskFile = (name: string) => path.join(double, `${encodeURIComponent(name)}.task.json`);
  return {
    ...{ host, commands, launched },
    set: (settings) => writeFileSync(path.join(double, 'settings.json'), JSON.stringify(settings)),
    tasks: () =>
      Object.fromEntries(
        readdirNames(double).map((file) => [
          decodeURIComponent(file.slice(0, -'.task.json'.length)),
          JSON.parse(readFileSync(path.join(double, file), 'utf8')),
        ]),
      ),
    give: (name, task) => writeFileSync(taskFile(name), JSON.stringify({ enabled: true, lastResult: 0, ran: 0, ...task })),
    async live(stateDir, pid, more = {}) {
      const stamp = `boot/${pid}`;
      alive.set(pid, { pid, ppid: 1, command: 'node', uid: undefined, stamp, ageMs: 1000, ...more });
      const lock = { pid, stamp, stateDir, configPath: '', version: '0.1.0', startedAt: '', port: 18789 };
      await host.files.makeDir(stateDir, 0o700);
      await host.files.write(`${stateDir}\\gateway.lock`, JSON.stringify(lock), 0o600);
    },
    die: (pid) => void alive.delete(pid),
    async write(file, text) {
      await host.files.makeDir(path.win32.dirname(file), 0o755);
      await host.files.write(file, text, 0o644);
    },
    read: (file) => host.files.read(file),
    bytes: (file) => readFileSync(local(file)),
    remove: () => dir.remove(),
  };
}

const readdirNames = (folder: string) => readdirSync(folder).filter((file) => file.endsWith('.task.json'));

/** Every path of Windows is one below a folder. */
function filesBelow(files: Files, local: (file: string) => string): Files {
  const { trees } = files;
  return {
    read: (file) => files.read(local(file)),
    write: (file, content, mode) => files.write(local(file), content, mode),
    copyFile: (from, to) => files.copyFile(local(from), local(to)),
    setAside: (file, label) => files.setAside(local(file), label),
    setMode: (file, mode) => files.setMode(local(file), mode),
    remove: (file) => files.remove(local(file)),
    makeDir: (file, mode) => files.makeDir(local(file), mode),
    list: (file) => files.list(local(file)),
    stat: (file) => files.stat(local(file)),
    room: (file) => files.room(local(file)),
    canonical: async (file) => file,
    tail: (file, bytes) => files.tail(local(file), bytes),
    trees: {
      kindOf: (file) => trees.kindOf(local(file)),
      move: (from, to) => trees.move(local(from), local(to)),
      copy: (from, to, except) => trees.copy(local(from), local(to), except.map(local)),
      remove: (file) => trees.remove(local(file)),
      removeEmpty: (file) => trees.removeEmpty(local(file)),
    },
  };
}

/** The service of a profile, as an install wants it. */
export function serviceOf(profile = 'default', more: Partial<ServiceDefinition> = {}): ServiceDefinition {
  const stateDir = `${HOME}\\.zero${profile === 'default' ? '' : `-${profile}`}`;
  return {
    description: `ZERO Gateway (profile: ${profile}, v0.1.0)`,
    argv: [
      ...['C:\\Program Files\\nodejs\\node.exe', `${HOME}\\npm\\polygate.mjs`],
      ...['--product', 'zero', '--profile', profile, 'gateway', 'run', '--port', '18789'],
    ],
    workingDirectory: stateDir,
    environment: { USERPROFILE: HOME, ZERO_STATE_DIR: stateDir, ZERO_SERVICE_MARKER: 'zero', ZERO_SERVICE_KIND: 'gateway' },
    environmentFile: undefined,
    account: undefined,
    notifies: false,
    ...more,
  };
}
