import { RecordingProcesses } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import type { Host } from '../ports.ts';
import { asAccount } from './account.ts';
import { nodeHost } from './host.ts';

const PASSWD = 'root:x:0:0:root:/root:/bin/bash\nana:x:1000:1000:Ana,,,:/home/ana:/bin/zsh\n';

function host(respond: ConstructorParameters<typeof RecordingProcesses>[0], passwd = PASSWD): Host {
  const real = nodeHost();
  return {
    ...real,
    env: { PATH: '/bin', HOME: '/root', USER: 'root', SUDO_USER: 'bo', XDG_RUNTIME_DIR: '/run/user/0', ZERO_GATEWAY_TOKEN: 't' },
    processes: new RecordingProcesses(respond),
    files: { ...real.files, read: async () => passwd },
  };
}

describe('asAccount', () => {
  it('has the home and the name of the account, and nothing of this session', async () => {
    const ana = await asAccount(
      host(() => ({ stdout: 'ana:x:1000:1000::/home/ana:/bin/zsh\n' })),
      'ana',
    );
    expect(ana.users).toMatchObject({ uid: 1000, name: 'ana', home: '/home/ana' });
    expect(ana.env).toEqual({ PATH: '/bin', HOME: '/home/ana', USER: 'ana', ZERO_GATEWAY_TOKEN: 't' });
  });

  it('reads the file where there is no getent', async () => {
    const ana = await asAccount(
      host(() => ({ code: undefined, failure: 'ENOENT' })),
      'ana',
    );
    expect(ana.users.uid).toBe(1000);
  });

  it('asks the directory of a Mac', async () => {
    const said = 'name: ana\npassword: ********\nuid: 501\ngid: 20\ndir: /Users/ana\nshell: /bin/zsh\ngecos: Ana\n';
    const mac = (stdout: string): Host => ({
      ...host((line) => (line.startsWith('dscacheutil ') ? { stdout } : undefined)),
      platform: 'darwin',
    });
    const ana = await asAccount(mac(said), 'ana');
    expect([ana.users, ana.env.HOME]).toMatchObject([{ uid: 501, name: 'ana', home: '/Users/ana' }, '/Users/ana']);
    await expect(asAccount(mac(''), 'bo')).rejects.toMatchObject({ code: 'ACCOUNT_UNKNOWN' });
  });

  it.each(['bo', '-v', 'a:b', '', '../etc', 'a b', 'an'])('does not know %j', async (name) => {
    const none = host((line) => (line.includes('getent') ? { code: 2 } : undefined));
    await expect(asAccount(none, name)).rejects.toMatchObject({ code: 'ACCOUNT_UNKNOWN' });
    await expect(
      asAccount(
        host(() => ({ code: undefined })),
        name,
      ),
    ).rejects.toMatchObject({ code: 'ACCOUNT_UNKNOWN' });
  });
});
