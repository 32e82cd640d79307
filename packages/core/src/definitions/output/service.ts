import type { TSchema } from 'typebox';
import { MANAGER_IDS } from '../../service/names.ts';
import { MANAGER_STATES } from '../../status/verdict.ts';
import { document, flag, list, oneOf, orNull, ref, shape, text, whole } from './shape.ts';
import { done } from './simple.ts';

/** What the commands that change a service print. */
export const serviceShapes: Record<string, TSchema> = {
  ServiceChangeDocument: document(
    {
      ...done,
      action: oneOf(['install', 'uninstall', 'start', 'stop', 'restart', 'adopt']),
      result: oneOf([
        'installed',
        'already-installed',
        'uninstalled',
        'started',
        'stopped',
        'restarted',
        'not-loaded',
        'adopted',
        'already-adopted',
        'restored',
      ]),
      message: text('For people'),
      'hints?': list(text(), 'Absent when there is none'),
      'service?': ref('ServiceState', 'As it is now; `stop` leaves it out where the host has no manager'),
      'pid?': whole('`install`, `start`, `restart`: this process owns the port and has answered for this very instance'),
      'drift?': flag('`install`: the service that is there differs from what would be written; `--force` replaces it'),
      'differences?': list(ref('Drift'), '`install`'),
      'kept?': list(text(), '`uninstall`, `adopt`: what it left, or keeps'),
      'audit?': list(ref('AuditIssue'), '`adopt`: what was wrong with the definition that was there'),
    },
    "What the family's lifecycle commands answer, and more",
  ),
  ServiceState: shape({
    label: text("The manager's name in the family: `systemd`, `LaunchAgent`, `Scheduled Task`"),
    loaded: flag('It starts by itself'),
    loadedText: text(),
    notLoadedText: text(),
    name: text(),
    manager: oneOf(MANAGER_IDS),
    state: oneOf(MANAGER_STATES, "The manager's view; whether the gateway answers is another thing"),
  }),
  InstallPlanDocument: document({
    ...done,
    result: oneOf(['apply', 'up-to-date', 'drifted'], '`drifted`: it differs, and without `--force` nothing would be done'),
    drift: list(ref('Drift')),
    plan: ref('PlanDocument'),
  }),
  AdoptPlanDocument: document({
    ...done,
    result: oneOf(['apply', 'up-to-date'], '`up-to-date`: there is nothing to adopt'),
    adopts: orNull(text(), 'The definition that would be taken over'),
    audit: list(ref('AuditIssue'), 'What is wrong with it'),
    lost: list(text(), 'Settings of it that are not taken over: `Service.MemoryMax=1G`. A drop-in keeps them'),
    plan: ref('PlanDocument', 'With secrets masked'),
  }),
  PlanDocument: shape(
    {
      files: list(ref('PlannedFile'), 'In the order of writing'),
      commands: list(list(text()), 'Commands of the manager in order, each a list of words'),
    },
    'What an install would do',
  ),
  PlannedFile: shape({
    path: text(),
    mode: text('Octal; empty for a file that is removed'),
    content: orNull(text(), 'null: the file is removed'),
  }),
  Drift: shape(
    { field: text(), 'installed?': text('Absent: nothing'), 'wanted?': text('Absent: nothing') },
    'One field in which the installed definition is not the wanted one; secrets are masked',
  ),
};
