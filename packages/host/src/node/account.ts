import { Problem } from '@polygate/core';
import type { Host } from '../ports.ts';

/** Variables of one account's session: in another's place they would point back to the first. */
const OF_THE_SESSION = /^(HOME|USER|LOGNAME|MAIL|SHELL|PWD|OLDPWD|POLYGATE_HOME|DBUS_.*|XDG_.*|SUDO_.*)$/;

/**
 * The machine as another account sees it: its home and its name, whatever session this is. Rights are those of this process;
 * what is written below the home is the account's all the same.
 * @throws Problem ACCOUNT_UNKNOWN
 */
export async function asAccount(host: Host, account: string): Promise<Host> {
  const entry = await passwdEntry(host, account);
  if (!entry) throw new Problem('ACCOUNT_UNKNOWN', { account });
  const { accountFiles } = await import('./account-files.ts');
  const kept = Object.entries(host.env).filter(([name]) => !OF_THE_SESSION.test(name));
  return {
    ...host,
    files: accountFiles(host.files, entry),
    env: { ...Object.fromEntries(kept), HOME: entry.home, USER: account },
    users: { uid: entry.uid, name: account, home: entry.home, isOther: true, nameOf: (uid) => host.users.nameOf(uid) },
  };
}

/** From wherever this system keeps accounts (getent(1)); from the file alone where there is no getent. */
async function passwdEntry(
  { processes, files, platform }: Host,
  account: string,
): Promise<{ uid: number; gid: number; home: string } | undefined> {
  // A name that starts with a dash would be an option, and one with a colon no name (passwd(5)).
  if (!/^[^-:/\s][^:/\s]*$/.test(account)) return undefined;
  if (platform === 'darwin') return directoryEntry(processes, account);
  const { code, stdout } = await processes.query(['getent', 'passwd', account]);
  const text = code === undefined ? ((await files.read('/etc/passwd')) ?? '') : stdout;
  const fields = text
    .split('\n')
    .find((line) => line.startsWith(`${account}:`))
    ?.split(':');
  return fields?.[5] ? { uid: Number(fields[2]), gid: Number(fields[3]), home: fields[5] } : undefined;
}

/** A Mac keeps its accounts in a directory service, and only those of the system in the file: dscacheutil(1). */
async function directoryEntry(
  processes: Host['processes'],
  account: string,
): Promise<{ uid: number; gid: number; home: string } | undefined> {
  const { stdout } = await processes.query(['dscacheutil', '-q', 'user', '-a', 'name', account]);
  const said = (key: string) => new RegExp(`^${key}: (.+)$`, 'm').exec(stdout)?.[1];
  const [uid, gid, home] = [said('uid'), said('gid'), said('dir')];
  return uid === undefined || gid === undefined || home === undefined ? undefined : { uid: Number(uid), gid: Number(gid), home };
}
