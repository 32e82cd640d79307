import type { Command } from '../../command.ts';

export const portsCheck: Command = {
  path: ['ports', 'check'],
  summary: 'Tell what clashes; exit 1 when two instances would bind one port',
  effect: 'read',
  prints: ['ports-check'],
  examples: ['ports check', 'ports check main rescue', '--profile rescue ports check --port 19002'],
  args: [{ name: '[instances...]', description: 'profile, or product/profile (default: the one that is selected, else all)' }],
  options: [{ flags: '--port <port>', description: 'As if the selected profile had this base port; it need not be set up' }],
  load: async () => (await import('./check.run.ts')).run,
};
