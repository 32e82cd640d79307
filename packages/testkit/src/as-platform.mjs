// A preload (`node --import <this file>?darwin`): the program believes that it runs on another platform. What such a system
// does not have (/proc, user ids on Windows) is not there either. Paths and files stay those of this machine. With a user
// (`?darwin&501&ana`) it is that account's, and so is whatever belongs to the account that really runs it.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';

const [platform, uid, user] = new URL(import.meta.url).search.slice(1).split('&');
const TYPES = { darwin: 'Darwin', linux: 'Linux', win32: 'Windows_NT' };

Object.defineProperty(process, 'platform', { ...Object.getOwnPropertyDescriptor(process, 'platform'), value: platform });
os.platform = () => platform;
os.type = () => TYPES[platform];
if (platform === 'win32') for (const name of ['getuid', 'geteuid', 'getgid', 'getegid']) delete process[name];
if (platform !== 'linux') hideProc();
if (uid !== undefined) become(Number(uid), user);
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

function become(as, name) {
  const real = process.getuid();
  const userInfo = os.userInfo();
  process.getuid = () => as;
  process.geteuid = () => as;
  os.userInfo = () => ({ ...userInfo, uid: as, username: name, homedir: process.env.HOME ?? userInfo.homedir });
  const seen = (stat) => {
    if (stat && Number(stat.uid) === real) stat.uid = typeof stat.uid === 'bigint' ? BigInt(as) : as;
    return stat;
  };
  for (const call of ['statSync', 'lstatSync', 'fstatSync']) {
    const look = fs[call];
    fs[call] = Object.assign((...args) => seen(look(...args)), look);
  }
  for (const call of ['stat', 'lstat']) {
    const look = fs.promises[call];
    fs.promises[call] = async (...args) => seen(await look(...args));
  }
}
