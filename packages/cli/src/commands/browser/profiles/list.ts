import type { Command } from '../../../command.ts';

export const browserProfilesList: Command = {
  path: ['browser', 'profiles', 'list'],
  aliases: [['browser', 'profiles']],
  summary: 'List the browser profiles of an instance, their CDP ports and who listens on them',
  effect: 'read',
  prints: ['browser-profiles'],
  examples: ['browser profiles list', '--profile rescue browser profiles list --json'],
  load: async () => (await import('./list.run.ts')).run,
};
