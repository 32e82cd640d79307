import type { TSchema } from 'typebox';
import { REPAIRS } from '../../doctor/rule.ts';
import { document, flag, list, oneOf, ref, shape, text, whole } from './shape.ts';
import { done } from './simple.ts';

const REPAIR_KINDS = Object.keys(REPAIRS);

/** What `doctor` prints. */
export const doctorShapes: Record<string, TSchema> = {
  DoctorDocument: document(
    {
      ...done,
      instance: ref('InstanceDocument'),
      deep: flag('Other instances and the services of the system were looked at, too'),
      rules: whole('How many rules were run: all, each time'),
      errors: whole('Findings that are errors: the exit code is 1 when one is left, else 0'),
      findings: list(ref('DoctorFinding'), 'Worst first. After `--fix`: what is left'),
      'repairs?': list(ref('DoctorRepair'), '`--fix`: in the order in which they were done'),
    },
    'What is wrong with one instance, and what was repaired. It could look, so this is an answer and no failure, whatever it found',
  ),
  DoctorFinding: shape(
    {
      code: text('Stable: scripts may match on it ([doctor.md](doctor.md))'),
      severity: oneOf(
        ['error', 'warning', 'info'],
        '`error`: it does not work, or a secret lies open. `warning`: it will not one day. `info`: worth knowing',
      ),
      instance: text('`product/profile`'),
      message: text('What it is; never a secret'),
      fix: text('What to type, or to do'),
      'repair?': oneOf(REPAIR_KINDS, 'What `--fix` does about it; absent: nothing, it is to be done by hand'),
      'paths?': list(text(), 'The files and directories concerned'),
    },
    'One thing that a rule found',
  ),
  DoctorRepair: shape(
    {
      repair: oneOf(REPAIR_KINDS),
      codes: list(text(), 'Codes of the findings that it is for'),
      ok: flag('false: it failed, and everything is as it was before'),
      message: text('What was done, or why it was not; with the command to type where there is one'),
      'diff?': list(
        text(),
        'Lines of files that go (`-`) and come (`+`), each file after a line with its path; secrets are masked',
      ),
      'backups?': list(text(), 'Where the former version of a file is kept (0600)'),
    },
    'One repair',
  ),
};
