import type { Command } from '../../command.ts';

export const profilesAudit: Command = {
  path: ['profiles', 'audit'],
  summary: 'Show what instances share and must not, and what others may read of them',
  effect: 'read',
  prints: ['profiles-audit'],
  examples: ['profiles audit', 'profiles audit --json'],
  load: async () => (await import('./audit.run.ts')).run,
};
