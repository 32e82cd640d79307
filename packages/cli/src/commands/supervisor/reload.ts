import type { Command } from '../../command.ts';

export const supervisorReload: Command = {
  path: ['supervisor', 'reload'],
  summary: 'Read all settings again, and take up new code: only what changed is restarted',
  effect: 'write',
  prints: ['supervisor'],
  examples: ['supervisor reload'],
  options: [{ flags: '--renew', description: 'Also where the code is the same: another process takes over all that runs' }],
  load: async () => (await import('./reload.run.ts')).run,
};
