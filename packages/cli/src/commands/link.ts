import { builtInPacks } from '@polygate/core';
import type { Command } from '../command.ts';
import { DRY_RUN_OPTION } from './options.ts';

/** Any product but the default one, whose command is installed. */
const OTHER = builtInPacks.find((pack) => !pack.isDefault)?.command;

export const link: Command = {
  path: ['link'],
  summary: "Make a command of a product's own name, so that its documents work word for word",
  effect: 'write',
  prints: ['link'],
  examples: [`link ${OTHER}`, `link ${OTHER} --dir /usr/local/bin`, `link ${OTHER} --remove`],
  args: [{ name: '<product>', description: 'A product, one of yours too' }],
  options: [
    { flags: '--dir <dir>', description: 'Folder to put it in (default ~/.local/bin)' },
    { flags: '--force', description: 'Even where another program of that name is on PATH' },
    { flags: '--remove', description: 'Take it away again' },
    DRY_RUN_OPTION,
  ],
  load: async () => (await import('./link.run.ts')).run,
};
