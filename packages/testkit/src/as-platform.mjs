// A preload (`node --import <this file>?darwin`): the program believes that it runs on another platform. What such a system
// does not have (/proc, user ids on Windows) is not there either. Paths and files stay those of this machine.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';

const platform = new URL(import.meta.url).search.slice(1);
const TYPES = { darwin: 'Darwin', linux: 'Linux', win32: 'Windows_NT' };

Object.defineProperty(process, 'platform', { ...Object.getOwnPropertyDescriptor(process, 'platform'), value: platform });
os.platform = () => platform;
os.type = () => TYPES[platform];
if (platform === 'win32') for (const name of ['getuid', 'geteuid', 'getgid', 'getegid']) delete process[name];
if (platform !== 'linux') hideProc();
syncBuiltinESMExports();

function hideProc() {
  const isProc = (path) => typeof path === 'string' && (path === '/proc' || path.startsWith('/proc/'));
  const missing = (call, path) =>
    Object.assign(new Error(`ENOENT: no such file or directory, ${call} '${path}'`), { code: 'ENOENT', syscall: call, path });
  for (const call of ['readFileSync', 'readdirSync', 'readlinkSync', 'statSync', 'lstatSync', 'openSync']) {
    const real = fs[call];
    fs[call] = Object.assign((path, ...rest) => {
      if (isProc(path)) throw missing(call, path);
      return real(path, ...rest);
    }, real);
  }
  const { existsSync } = fs;
  fs.existsSync = (path) => !isProc(path) && existsSync(path);
  for (const call of ['readFile', 'readdir', 'readlink', 'stat', 'lstat', 'open']) {
    const real = fs.promises[call];
    fs.promises[call] = async (path, ...rest) => {
      if (isProc(path)) throw missing(call, path);
      return real(path, ...rest);
    };
  }
}
