import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import type { Users } from '../ports.ts';

/** The account that really runs this (not SUDO_USER, not USER, not HOME, which may be inherited from another). */
export function nodeUsers(): Users {
  // Looked up when first asked for: it may read a directory service.
  let found: { username: string; homedir: string } | undefined;
  const account = () => {
    found ??= userInfo();
    return found;
  };
  const uid = process.getuid?.() ?? -1;
  return {
    uid,
    get name() {
      return account().username;
    },
    get home() {
      return account().homedir;
    },
    nameOf: async (id) => {
      if (id === uid) return account().username;
      const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
      const line = passwd.split('\n').find((l) => l.split(':')[2] === String(id));
      return line?.split(':')[0] ?? String(id);
    },
  };
}
