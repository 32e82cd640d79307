import type { Command } from '../../command.ts';

export const supervisorStatus: Command = {
  path: ['supervisor', 'status'],
  summary: 'Whether a supervisor runs, and since when',
  effect: 'read',
  prints: ['supervisor'],
  examples: ['supervisor status'],
  load: async () => (await import('./status.run.ts')).run,
};
