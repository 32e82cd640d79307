import type { Command } from '../../command.ts';
import { ROLE_OPTION, TARGET_OPTIONS } from '../options.ts';

export const devicesRevoke: Command = {
  path: ['devices', 'revoke'],
  summary: 'Void the tokens of a device; it stays paired',
  effect: 'write',
  prints: ['device-change'],
  examples: ['devices revoke 3f2a9c --role node'],
  args: [{ name: '<device>', description: 'Its id, or how that begins' }],
  options: [ROLE_OPTION, ...TARGET_OPTIONS],
  load: async () => (await import('./revoke.run.ts')).run,
};
