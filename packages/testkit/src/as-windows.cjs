// A preload (`node --require <this file>`): the program believes that it runs on Windows, as far as this machine can be one. Unlike
// as-platform.mjs, which leaves files and paths as they are: here is a drive C: (below the folder POLYGATE_DOUBLE_ROOT), paths are
// those of Windows, signals end a process at once, and what it starts are programs of Windows: Node, cmd and the tools of the system,
// which are doubles (fixtures/doubles/windows). An exit status has its 32 bits.
const childProcess = require('node:child_process');
const fs = require('node:fs');
const Module = require('node:module');
const os = require('node:os');
const path = require('node:path');
const { mapFiles } = require('./map-files.cjs');

const before = { fs: { ...fs }, kill: process.kill.bind(process), node: process.execPath };
globalThis[Symbol.for('polygate.before-windows')] = before;

const REPOSITORY = path.join(__dirname, '..', '..', '..');
const DOUBLES = path.join(REPOSITORY, 'fixtures', 'doubles', 'windows');
const PACKAGE = path.join(REPOSITORY, 'packages', 'cli');
const INSTALLED = String.raw`C:\npm\node_modules\polygate`;
const NODE = String.raw`C:\Program Files\nodejs\node.exe`;
const { env } = process;
const root = env.POLYGATE_DOUBLE_ROOT ?? '';
const { drives, howToRun, nameOf, ownVariables } = require(path.join(DOUBLES, 'drive.cjs'));
const { local, windows } = drives(root);
require(path.join(DOUBLES, 'proc.cjs')).register(env);
/** Answered on the spot: each is a function of its words and variables. */
const ANSWERED = new Set(['schtasks', 'powershell', 'whoami', 'netstat', 'tasklist', 'taskkill', 'icacls', 'winsw']);

const onDrive = (file) =>
  windows(file) ??
  (file.startsWith(`${PACKAGE}/`) ? `${INSTALLED}\\${file.slice(PACKAGE.length + 1).replaceAll('/', '\\')}` : file);

believe();
mapFiles(here, onDrive);
mapChildren();
Module.syncBuiltinESMExports();

function believe() {
  Object.defineProperty(process, 'platform', { ...Object.getOwnPropertyDescriptor(process, 'platform'), value: 'win32' });
  for (const name of ['getuid', 'geteuid', 'getgid', 'getegid']) delete process[name];
  os.platform = () => 'win32';
  os.type = () => 'Windows_NT';
  os.homedir = () => env.USERPROFILE;
  os.tmpdir = () => env.TEMP;
  os.userInfo = () => ({ uid: -1, gid: -1, username: env.USERNAME, homedir: env.USERPROFILE, shell: null });
  const { cwd, chdir } = process;
  process.cwd = () => windows(cwd.call(process)) ?? env.USERPROFILE;
  process.chdir = (folder) => chdir.call(process, here(folder));
  process.execPath = NODE;
  if (process.argv[1] !== undefined) process.argv[1] = onDrive(process.argv[1]);
  process.argv[0] = NODE;
  process.kill = (pid, signal = 'SIGTERM') => before.kill(pid, terminating(signal));
  // What is Polygate's own takes paths apart as Windows does; Node itself goes on with those of this machine.
  const load = Module._load;
  Module._load = function (request, parent, ...rest) {
    const isOurs = parent?.filename?.startsWith(`${PACKAGE}/`);
    return isOurs && /^(node:)?path$/.test(request) ? path.win32 : load.call(this, request, parent, ...rest);
  };
}

/** Whatever is sent ends a process at once; no other signal exists. */
function terminating(signal) {
  if (signal === 0) return 0;
  if (['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGKILL'].includes(signal)) return 'SIGKILL';
  throw Object.assign(new TypeError(`Unknown signal: ${signal}`), { code: 'ERR_UNKNOWN_SIGNAL' });
}

/** What Windows does not have is not there. */
function here(file) {
  return local(/^[\\/]proc([\\/]|$)/.test(file) ? String.raw`C:\proc is not here` : file);
}

function mapChildren() {
  const { prototype } = childProcess.ChildProcess;
  const { spawn, kill } = prototype;
  prototype.kill = function (signal = 'SIGTERM') {
    return kill.call(this, terminating(signal));
  };
  prototype.spawn = function (options) {
    const cwd = typeof options.cwd === 'string' ? { cwd: here(options.cwd) } : {};
    const { code, ...how } = programOf(options);
    const failed = spawn.call(this, { ...options, ...cwd, ...how });
    const handle = this._handle;
    if (code !== undefined && handle) {
      const { onexit } = handle;
      handle.onexit = (status, signal) => onexit.call(handle, signal ? status : code, signal);
    }
    return failed;
  };
}

/** How a program is started. One of this machine (a path of it) is started as it is: by a double. */
function programOf({ file, args, envPairs }) {
  const name = nameOf(file);
  if (file.startsWith('/')) return {};
  const told = Object.fromEntries(
    (envPairs ?? []).map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  const variables = { ...told, ...ownVariables(env) };
  const words = args.slice(1);
  const pairs = (all) => Object.entries(all).map(([key, value]) => `${key}=${value}`);
  if (name === 'node' || name === 'cmd') {
    const how = howToRun([file, ...words], variables);
    return { file: how.file, args: [how.file, ...how.args], envPairs: pairs(how.env) };
  }
  const isService = file.startsWith(String.raw`C:\ProgramData\polygate\services`);
  const double = isService ? 'winsw' : name;
  if (!ANSWERED.has(double) || !fs.existsSync(file)) return { file: local(file) };
  const answer = require(path.join(DOUBLES, `${double}.cjs`))(words, { ...variables, POLYGATE_DOUBLE_PROGRAM: file });
  const { code, stdout = '', stderr = '' } = answer;
  return { code, file: '/bin/sh', args: ['sh', '-c', 'printf %s "$1"; printf %s "$2" >&2', 'sh', stdout, stderr] };
}
