// A preload (`node --import <this file>?darwin`): the program believes that it runs on another platform. What such a system
// does not have (/proc, user ids on Windows) is not there either. Paths and files stay those of this machine. With a user
// (`?darwin&501&ana`) it is that account's, and so is whatever belongs to the account that really runs it. With a folder
// (`?darwin&0&root&%2Ftmp%2Fx`) that is where /Library lies.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import { mapFiles } from './map-files.cjs';

const [platform, uid, user, system] = new URL(import.meta.url).search.slice(1).split('&');
const ofSystem = (file) =>
  system !== undefined && /^\/(Library|var\/run\/polygate)(\/|$)/.test(file) ? decodeURIComponent(system) + file : file;
const TYPES = { darwin: 'Darwin', linux: 'Linux', win32: 'Windows_NT' };

Object.defineProperty(process, 'platform', { ...Object.getOwnPropertyDescriptor(process, 'platform'), value: platform });
os.platform = () => platform;
os.type = () => TYPES[platform];
if (platform === 'win32') for (const name of ['getuid', 'geteuid', 'getgid', 'getegid']) delete process[name];
// What such a system does not have is not there, and what is the whole machine's lies below a folder of this one.
if (platform !== 'linux') mapFiles((file) => (/^\/proc(\/|$)/.test(file) ? '/proc is not here' : ofSystem(file)));
if (uid !== undefined) become(Number(uid), user);
syncBuiltinESMExports();

/** A number that this machine has no account of has none. */
function ownInfo() {
  try {
    return os.userInfo();
  } catch {
    return { gid: process.getgid(), homedir: '/', shell: null };
  }
}

function become(as, name) {
  const real = process.getuid();
  const userInfo = ownInfo();
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
