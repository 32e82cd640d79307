import type { TSchema } from 'typebox';
import { MANAGER_STATES, VERDICTS } from '../../status/verdict.ts';
import { document, flag, list, oneOf, orNull, ref, shape, text, whole } from './shape.ts';
import { done } from './simple.ts';

/** What `rescue` found of an instance, and what it did. */
export const rescueShapes: Record<string, TSchema> = {
  RescueDocument: document({
    ...done,
    instance: text('`product/profile`'),
    verdict: oneOf(VERDICTS),
    reason: text(),
    'lastError?': text('The last line in which the gateway or its service said what is wrong'),
    config: ref('RescueConfig'),
    service: orNull(ref('RescueService'), 'null: this host has no service manager'),
    'deaths?': list(ref('SupervisedDeath'), 'Its last ends, as the supervisor saw them; absent when none looks after it'),
    proposals: list(ref('RescueProposal'), 'What helps, in order; empty: it is well'),
    'done?': list(text(), '`--fix`: what was done'),
    'after?': ref('RescueAfter', '`--fix`: how it is then'),
  }),
  RescueConfig: shape({
    path: text(),
    valid: flag('Of the file alone'),
    issues: list(ref('Issue')),
    'refused?': list(ref('Issue'), 'Why the gateway that runs does not take the file over'),
    'lastGood?': ref('GoodConfigRow'),
    'wentBack?': ref('WentBackRow'),
  }),
  RescueService: shape({
    name: text(),
    installed: flag(),
    state: oneOf(MANAGER_STATES),
    'detail?': text("The manager's own words"),
    'restarts?': whole('Restarts by the manager since it was started'),
    'lastExitStatus?': whole(),
  }),
  RescueProposal: shape({
    action: oneOf(['rollback', 'start', 'restart', 'wait', 'by-hand'], '`--fix` does the first three'),
    why: text(),
    'command?': text('What does it'),
  }),
  RescueAfter: shape({ verdict: oneOf(VERDICTS), reason: text(), proposals: list(ref('RescueProposal'), 'What is left to do') }),
};
