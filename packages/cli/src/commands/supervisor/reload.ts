import type { Command } from '../../command.ts';

export const supervisorReload: Command = {
  path: ['supervisor', 'reload'],
  summary: 'Read all settings again: only what changed is restarted',
  effect: 'write',
  prints: ['supervisor'],
  examples: ['supervisor reload'],
  load: async () => (await import('./reload.run.ts')).run,
};
