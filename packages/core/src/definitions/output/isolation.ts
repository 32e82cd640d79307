import type { TSchema } from 'typebox';
import { list, oneOf, ref, shape, text, whole } from './shape.ts';
import { done } from './simple.ts';

const CODES = [
  ...['shared-path', 'shared-secret', 'shared-name', 'nested-path', 'case-only'],
  ...['readable-by-others', 'owned-by-other', 'not-audited'],
];

/** What `profiles audit` and `gateway status --deep` tell of what instances share. */
export const isolationShapes: Record<string, TSchema> = {
  AuditDocument: shape(
    {
      ...done,
      audited: list(text(), 'Names of the instances that were looked at'),
      errors: whole('Findings that are errors: the exit code is 1 when there is one, else 0'),
      findings: list(ref('IsolationFinding'), 'Worst first'),
    },
    'What `profiles audit` found. Paths are compared by device and inode, so symlinks, bind mounts and the case of letters make no difference; what does not exist yet is compared by name. Secrets are compared by a hash that is never shown',
  ),
  IsolationFinding: shape(
    {
      id: text('The same for the same thing in every audit'),
      code: oneOf(CODES, 'Stable: scripts may match on it'),
      severity: oneOf(
        ['error', 'warning', 'info'],
        '`error`: two instances meet there, or a secret lies open. `warning`: they may, or it depends. `info`: the documents of the product have it so',
      ),
      instances: list(text(), 'Names of the instances concerned'),
      message: text('What it is; never a secret'),
      hint: text('What to do'),
      'paths?': list(text(), 'The paths concerned, as the instances name them'),
    },
    'Something that two instances share and should not, or that others of the machine may read',
  ),
};
