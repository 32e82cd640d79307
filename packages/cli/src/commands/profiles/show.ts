import type { Command } from '../../command.ts';

export const profilesShow: Command = {
  path: ['profiles', 'show'],
  summary: 'Show one instance: its places, its ports, by what it is known',
  effect: 'read',
  prints: ['profile'],
  examples: ['profiles show rescue', 'profiles show rescue --json'],
  args: [{ name: '[name]', description: 'profile, or product/profile (default: the selected one)' }],
  load: async () => (await import('./show.run.ts')).run,
};
