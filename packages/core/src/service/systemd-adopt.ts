import { parseUnit, renderUnit, type UnitFile, valuesAt } from '../formats/systemd-unit.ts';
import type { Step } from './steps.ts';
import { refuseMasked, run, type SystemdFacts, type SystemdTarget } from './systemd-plan.ts';

/** A file as it shall be: content null for none. */
export interface FileState {
  path: string;
  mode: number;
  content: string | null;
}

/** A unit of others, and what systemd makes of it. */
export interface AdoptedUnit {
  target: SystemdTarget;
  facts: SystemdFacts;
  /** Files beside it that change it. They go where the new name has them. */
  dropIns: { from: string; to: string; content: string }[];
}

export interface AdoptionInput {
  /** The unit that takes its place: of the same name, or of the name of today. */
  target: SystemdTarget;
  facts: SystemdFacts;
  unit: UnitFile;
  /** Written first: the record of the adoption, the file with the secrets, Polygate's settings. */
  files: Step[];
  before: Step[];
}

const ABSENT = /does not exist|not loaded|No such file/;

/**
 * Takes a unit over. It runs afterwards if it ran, and starts at boot if it did; every step can be taken back.
 * @throws Problem SERVICE_MASKED
 */
export function planAdoption(was: AdoptedUnit, { target, facts, unit, files, before }: AdoptionInput): Step[] {
  refuseMasked(was.target, was.facts);
  refuseMasked(target, facts);
  const { enabled, active } = was.facts;
  const moves = was.target.unit !== target.unit;
  const write: Step = { do: 'write', path: target.unitPath, mode: 0o644, content: renderUnit(unit) };
  return [
    ...(enabled ? before : []),
    ...files,
    ...(moves ? takeAway(was) : []),
    write,
    run(target, ['daemon-reload'], { settle: ['daemon-reload'] }),
    ...(enabled ? [run(target, ['enable', target.unit], moves ? { undo: ['disable', target.unit] } : {})] : []),
    ...(active ? restart(target, moves ? { undo: ['stop', target.unit] } : { settle: ['restart', target.unit] }) : []),
  ];
}

/** Stops and removes the unit of the old name; its drop-ins move. */
function takeAway({ target, facts, dropIns }: AdoptedUnit): Step[] {
  const { enabled, active } = facts;
  const back = enabled ? ['enable', ...(active ? ['--now'] : []), target.unit] : active ? ['start', target.unit] : undefined;
  return [
    run(target, ['disable', '--now', target.unit], { tolerate: ABSENT, ...(back ? { settle: back } : {}) }),
    { do: 'remove', path: target.unitPath },
    ...dropIns.flatMap(({ from, to, content }): Step[] => [
      { do: 'write', path: to, mode: 0o644, content },
      { do: 'remove', path: from },
    ]),
  ];
}

export interface RestoreInput {
  /** The unit that was adopted. */
  was: { target: SystemdTarget; enabled: boolean; active: boolean };
  files: readonly FileState[];
}

/** Gives an adopted unit back: every file as it was, and whether it runs and starts by itself. */
export function planRestore(target: SystemdTarget, facts: SystemdFacts, { was, files }: RestoreInput): Step[] {
  const moves = was.target.unit !== target.unit;
  const there = facts.unitText !== undefined || facts.active || facts.enabled;
  const back = facts.active ? { settle: ['restart', target.unit] } : {};
  return [
    ...(moves && there ? [run(target, ['disable', '--now', target.unit], { tolerate: ABSENT, ...back })] : []),
    ...files.map(
      ({ path, mode, content }): Step => (content === null ? { do: 'remove', path } : { do: 'write', path, mode, content }),
    ),
    run(target, ['daemon-reload'], { settle: ['daemon-reload'] }),
    run(was.target, [was.enabled ? 'enable' : 'disable', was.target.unit], { tolerate: ABSENT }),
    ...(was.active
      ? restart(was.target, moves ? { undo: ['stop', was.target.unit] } : back)
      : [run(was.target, ['stop', was.target.unit], { tolerate: ABSENT })]),
  ];
}

/** What the family's installers write and an adoption replaces on purpose. */
const REPLACED = [
  ...['Unit.Description', 'Unit.After', 'Unit.Wants', 'Unit.StartLimitBurst', 'Unit.StartLimitIntervalSec', 'Install.WantedBy'],
  ...['ExecStart', 'Type', 'Restart', 'RestartSec', 'RestartPreventExitStatus', 'SuccessExitStatus', 'KillMode'].map(inService),
  ...['Environment', 'EnvironmentFile', 'WorkingDirectory', 'TimeoutStartSec', 'OOMPolicy'].map(inService),
];

/** What stands in the way of adopting a unit, and which of its settings would not be taken over (`Service.MemoryMax=1G`). */
export function adoptionDoubts(text: string, wanted: UnitFile): { obstacle: string | undefined; lost: string[] } {
  const file = parseUnit(text);
  const at = (key: string) => valuesAt(file, 'Service', key);
  const expanded = [...at('ExecStart'), ...at('Environment'), ...at('EnvironmentFile')].some((value) =>
    /%[^%]/.test(value.replaceAll('%%', '')),
  );
  const variable = at('ExecStart').some((value) => /\$[^$]/.test(value.replaceAll('$$', '')));
  const all = ({ name, entries }: UnitFile[number]) => entries.map(({ key, value }) => ({ name: `${name}.${key}`, value }));
  const own = wanted.flatMap(all);
  const lost = file
    .flatMap(all)
    .filter(({ name, value }) => !REPLACED.includes(name) && !own.some((o) => o.name === name && o.value === value));
  return {
    obstacle: expanded
      ? 'it has specifiers of systemd in it (such as %h)'
      : variable
        ? 'its command line has variables in it'
        : at('ExecStart').length > 1
          ? 'it runs several commands'
          : undefined,
    lost: lost.map(({ name, value }) => `${name}=${value}`),
  };
}

function inService(key: string): string {
  return `Service.${key}`;
}

const restart = (target: SystemdTarget, back: { undo?: string[]; settle?: string[] }): Step[] => [
  // Of a unit that gave up, the start limit would refuse the start.
  run(target, ['reset-failed', target.unit], { tolerate: /not loaded/ }),
  run(target, ['restart', target.unit], back),
];
