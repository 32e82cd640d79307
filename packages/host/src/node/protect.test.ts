import { RecordingProcesses } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import type { Host } from '../ports.ts';
import { protectFolder } from './protect.ts';

const protect = async (respond: ConstructorParameters<typeof RecordingProcesses>[0]) => {
  const processes = new RecordingProcesses(respond);
  const host = { processes, env: { SystemRoot: 'C:\\Windows' }, users: { name: 'Zoë' } } as unknown as Host;
  return { reason: await protectFolder(host, 'C:\\Users\\Zoë\\.zero'), commands: processes.commands };
};

describe('protectFolder', () => {
  it('lets in this account by its number, SYSTEM and Administrators, and inherits nothing', async () => {
    const { reason, commands } = await protect((line) => ({
      stdout: line.includes('whoami') ? '"box\\zoë","S-1-5-21-7-8-9-1001"\r\n' : '',
    }));
    expect(reason).toBeUndefined();
    expect(commands[1]).toBe(
      'C:\\Windows\\System32\\icacls.exe C:\\Users\\Zoë\\.zero /inheritance:r /grant:r ' +
        '*S-1-5-21-7-8-9-1001:(OI)(CI)F *S-1-5-18:(OI)(CI)F *S-1-5-32-544:(OI)(CI)F',
    );
  });

  it('takes the name of the account where nobody tells its number, and says why it failed', async () => {
    const { reason, commands } = await protect((line) =>
      line.includes('icacls') ? { code: 5, stderr: 'C:\\x: Zugriff verweigert\r\nmehr' } : { code: 1 },
    );
    expect(commands[1]).toContain(' Zoë:(OI)(CI)F *S-1-5-18');
    expect(reason).toBe('icacls ended with 5: C:\\x: Zugriff verweigert');
  });
});
