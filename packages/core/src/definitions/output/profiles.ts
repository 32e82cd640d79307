import type { TSchema } from 'typebox';
import { flag, list, oneOf, orNull, ref, shape, text, whole } from './shape.ts';
import { done } from './simple.ts';

/** What the commands about whole profiles print, and `link`. */
export const profileShapes: Record<string, TSchema> = {
  ProfileDocument: shape({
    ...done,
    instance: ref('InstanceDocument'),
    found: list(oneOf(['ledger', 'disk', 'definition']), 'What it is known from'),
    configured: flag('Its config is there'),
    pid: orNull(whole(), 'The gateway that holds it'),
  }),
  ProfileChangeDocument: shape({
    ...done,
    result: oneOf(['cloned', 'renamed', 'removed', 'planned'], '`planned`: with `--dry-run`'),
    'id?': text('The instance that is removed'),
    'from?': text('The instance that is cloned or renamed'),
    'instance?': ref('InstanceDocument', 'The one that came of it'),
    'leftOut?': list(ref('LeftOutKey'), 'Keys of the config that a clone does not get'),
    plan: ref('TreePlan'),
    warnings: list(text()),
  }),
  TreePlan: shape(
    {
      moves: list(ref('TreeMove')),
      copies: list(ref('TreeMove')),
      writes: list(text(), 'Files. What is in them is not shown: a config holds secrets'),
      removes: list(text(), 'Files and whole directories'),
    },
    'What a change of a profile does on disk',
  ),
  TreeMove: shape({ from: text(), to: text() }),
  LeftOutKey: shape({ path: text(), why: oneOf(['secret', 'port'], '`port`: it belongs to one instance') }),
  UnfinishedChange: shape(
    { change: text(), instances: list(text()), command: text('What finishes it, if no other command is at it') },
    'A change of a profile that goes on or was interrupted',
  ),
  LinkDocument: shape({
    ...done,
    result: oneOf(['linked', 'up-to-date', 'removed', 'not-linked']),
    product: text(),
    command: text('Name of the launcher'),
    path: text('Its file'),
    entry: text('What it starts'),
    onPath: flag('A shell finds its folder'),
    others: list(text(), 'Other programs of that name on PATH'),
    warnings: list(text()),
    'dryRun?': flag(),
    'plan?': ref('PlanDocument', 'With `--dry-run`'),
  }),
};
