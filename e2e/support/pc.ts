import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { asWindows, type Finished, fixturePath, whyNoProgram } from '@polygate/testkit';
import { withoutSecrets } from './no-secret.ts';
import { afterTest, newWorld, ROOT, type World } from './world.ts';

/** Why no double of Windows can be had here; undefined when one can. */
export function whyNoPc(): string | undefined {
  return process.platform === 'linux' ? undefined : 'the double of Windows needs /proc';
}

/** How the double behaves, beside what it is by itself. */
export interface PcSettings {
  language?: 'en' | 'de' | 'fr' | 'ja';
  /** HRESULT with which the Task Scheduler refuses every task. */
  deny?: number;
  /** COM may be used. */
  com?: boolean;
  /** What runs may change the whole machine. */
  elevated?: boolean;
  /** The account of a service can log on: its password is known. */
  logon?: boolean;
}

interface Task {
  state: number;
  xml: string;
  lastResult?: number;
  ran?: number;
  pid?: number;
}

export interface Pc extends World {
  /** The folder of the account on this machine; `C:\Users\ana` there. */
  account: string;
  /** Where this machine has a path of the PC. */
  file(windows: string): string;
  set(settings: PcSettings): void;
  /** A task, or a service of WinSW, as the system has it. */
  task(name: string): Task | undefined;
  /** Puts one there that others made. */
  give(name: string, task: Task): void;
  /** What icacls was asked for. */
  protectedFolders(): string[];
  /** A tool of the system, by its double. */
  tool(name: string, ...words: string[]): number | null;
  /** The account logs on: what is in its Startup folder is started. Tasks are not, as their trigger is none of the double's. */
  logOn(): void;
  /** The machine loses its power, and is there again: nothing runs, and the Task Scheduler knows that. */
  reboot(): Promise<void>;
}

const USER = 'ana';
export const HOME: string = String.raw`C:\Users\ana`;
const NODE = String.raw`C:\Program Files\nodejs\node.exe`;
const TOOLS = ['schtasks', 'whoami', 'netstat', 'tasklist', 'taskkill', 'icacls', 'cmd', 'conhost'];

/**
 * A PC with Windows as far as Polygate can tell (packages/testkit/src/as-windows.cjs): the built command and whatever it starts
 * run for real, on drives that are folders of this machine.
 */
export async function newPc(): Promise<Pc> {
  const world = await newWorld();
  const root = world.home;
  const state = world.at('.double');
  const file = (windows: string) => path.join(root, windows[0] as string, ...windows.slice(3).split('\\').filter(Boolean));
  const account = file(HOME);
  const system = String.raw`C:\Windows\System32`;
  for (const folder of [`${HOME}\\AppData\\Roaming`, `${HOME}\\AppData\\Local\\Temp`, `${HOME}\\AppData\\Local\\polygate`])
    mkdirSync(file(folder), { recursive: true });
  for (const folder of [`${system}\\WindowsPowerShell\\v1.0`, 'C:\\Program Files\\nodejs', 'C:\\npm\\node_modules', 'C:\\Tools'])
    mkdirSync(file(folder), { recursive: true });
  mkdirSync(state);
  // What they are is the preload's to know: programs of Windows have no #!.
  for (const name of TOOLS) writeFileSync(file(`${system}\\${name}.exe`), 'MZ');
  writeFileSync(file(`${system}\\WindowsPowerShell\\v1.0\\powershell.exe`), 'MZ');
  writeFileSync(file('C:\\Tools\\winsw.exe'), 'MZ');
  symlinkSync(process.execPath, file(NODE));
  symlinkSync(path.join(ROOT, 'packages/cli'), file('C:\\npm\\node_modules\\polygate'));
  const cache = path.join(ROOT, 'node_modules/.cache/polygate-windows');
  mkdirSync(cache, { recursive: true });
  // What one PC compiled, the next need not.
  symlinkSync(cache, file(`${HOME}\\AppData\\Local\\polygate\\Cache`));

  const ofTheAccount = {
    PATH: `C:\\Program Files\\nodejs;C:\\npm;${system};C:\\Windows`,
    PATHEXT: '.COM;.EXE;.BAT;.CMD',
    ComSpec: `${system}\\cmd.exe`,
    SystemRoot: 'C:\\Windows',
    USERPROFILE: HOME,
    USERNAME: USER,
    USERDOMAIN: 'PC',
    APPDATA: `${HOME}\\AppData\\Roaming`,
    LOCALAPPDATA: `${HOME}\\AppData\\Local`,
    TEMP: `${HOME}\\AppData\\Local\\Temp`,
    POLYGATE_FIRST_PORT: String(world.firstPort),
  };
  const schema = whyNoProgram('xmllint') === undefined ? { POLYGATE_DOUBLE_SCHEMA: fixturePath('schemas', 'task.xsd') } : {};
  for (const name of Object.keys(world.env)) delete world.env[name];
  Object.assign(world.env, ofTheAccount, asWindows({ root, state }), schema);
  const set = (settings: PcSettings) =>
    writeFileSync(path.join(state, 'settings.json'), JSON.stringify({ ...settings, environment: ofTheAccount }));
  set({});
  afterTest(() => endAll(root));

  const taskFile = (name: string) => path.join(state, `${encodeURIComponent(name)}.task.json`);
  const checked = async (finished: Promise<Finished>) => withoutSecrets(account, await finished);
  const double = (name: string, words: string[], env: Record<string, string> = {}) => {
    const { NODE_OPTIONS: _, ...own } = world.env;
    const told = { ...own, ...env, PATH: process.env.PATH ?? '' };
    return spawnSync(process.execPath, [fixturePath('doubles', 'windows', `${name}.cjs`), ...words], { env: told }).status;
  };
  const task = (name: string) => read<Task>(taskFile(name));
  return {
    ...world,
    ...{ account, file, set, task },
    zero: (...args) => checked(world.zero(...args)),
    polygate: (...args) => checked(world.polygate(...args)),
    give: (name, one) => writeFileSync(taskFile(name), JSON.stringify({ enabled: true, lastResult: 0, ran: 0, ...one })),
    protectedFolders: () =>
      readFileSync(path.join(state, 'icacls.log'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)[0]),
    tool: (name, ...words) => double(name, words),
    logOn() {
      const startup = `${HOME}\\AppData\\Roaming\\Microsoft\\Windows\\Start Menu\\Programs\\Startup`;
      for (const item of readdirSync(file(startup))) double('cmd', [`/d /s /c ""${startup}\\${item}""`], ofTheAccount);
    },
    async reboot() {
      await endAll(root);
      for (const entry of readdirSync(state).filter((each) => each.endsWith('.task.json'))) {
        const one = read<Task>(path.join(state, entry));
        writeFileSync(path.join(state, entry), JSON.stringify({ ...one, state: 3, pid: undefined }));
      }
    },
  };
}

function read<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

/** Every program of this PC, until there is none: what runs may start another one meanwhile. */
async function endAll(root: string): Promise<void> {
  for (;;) {
    const pids = programsOf(root);
    if (pids.length === 0) return;
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended meanwhile.
      }
    }
    await delay(10);
  }
}

/** Live processes that were started on it, whatever their parents. */
function programsOf(root: string): number[] {
  return folder(path.join(root, '.double', 'pids'))
    .filter((pid) => {
      const stat = text(`/proc/${pid}/stat`);
      if (stat === '' || /^\d+ \(.*\) Z/.test(stat)) return false;
      return text(`/proc/${pid}/environ`).split('\0').includes(`POLYGATE_DOUBLE_ROOT=${root}`);
    })
    .map(Number);
}

function folder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function text(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
