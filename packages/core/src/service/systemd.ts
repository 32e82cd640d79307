import { type UnitEntry, type UnitFile, valueAt, valuesAt } from '../formats/systemd-unit.ts';
import {
  parseAssignments,
  parseExec,
  parseGlobPath,
  parsePlain,
  quoteAssignment,
  quoteExec,
  quoteGlobPath,
  quotePlain,
} from '../formats/systemd-values.ts';
import type { ServiceDefinition } from './definition.ts';

/**
 * The policy of every unit that Polygate writes (systemd.service(5), systemd.kill(5)). Restart always, but not after exit
 * 78 (fatal configuration) and not for ever: ten starts in five minutes. mixed: SIGTERM to the gateway alone, SIGKILL
 * to all that is left, so no child keeps the port.
 */
const POLICY: UnitEntry[] = [
  { key: 'Restart', value: 'always' },
  { key: 'RestartSec', value: '2' },
  { key: 'RestartPreventExitStatus', value: '78' },
  { key: 'SuccessExitStatus', value: '143' },
  { key: 'KillMode', value: 'mixed' },
  { key: 'TimeoutStopSec', value: '30' },
  { key: 'UMask', value: '0077' },
];

/** The unit of a user's own manager. */
export function userUnit(definition: ServiceDefinition): UnitFile {
  return [
    {
      name: 'Unit',
      entries: [
        { key: 'Description', value: quotePlain(definition.description, 'the description') },
        { key: 'StartLimitIntervalSec', value: '300' },
        { key: 'StartLimitBurst', value: '10' },
      ],
    },
    { name: 'Service', entries: [{ key: 'Type', value: 'exec' }, ...serviceEntries(definition), ...POLICY] },
    { name: 'Install', entries: [{ key: 'WantedBy', value: 'default.target' }] },
  ];
}

function serviceEntries({ argv, workingDirectory, environment, environmentFile }: ServiceDefinition): UnitEntry[] {
  return [
    { key: 'ExecStart', value: quoteExec(argv) },
    { key: 'WorkingDirectory', value: quotePlain(workingDirectory, 'the working directory') },
    ...Object.entries(environment).map(([name, value]) => ({ key: 'Environment', value: quoteAssignment(name, value) })),
    ...(environmentFile === undefined ? [] : [{ key: 'EnvironmentFile', value: quoteGlobPath(environmentFile, false) }]),
  ];
}

/** What a unit runs, whoever wrote it. Inverse of userUnit for the definition in it. Undefined without ExecStart. */
export function readUnit(file: UnitFile): ServiceDefinition | undefined {
  const exec = valueAt(file, 'Service', 'ExecStart');
  if (exec === undefined) return undefined;
  const environmentFile = valueAt(file, 'Service', 'EnvironmentFile');
  return {
    description: parsePlain(valueAt(file, 'Unit', 'Description') ?? ''),
    argv: parseExec(exec),
    workingDirectory: parsePlain(valueAt(file, 'Service', 'WorkingDirectory') ?? ''),
    environment: Object.fromEntries(valuesAt(file, 'Service', 'Environment').flatMap(parseAssignments)),
    environmentFile: environmentFile === undefined ? undefined : parseGlobPath(environmentFile).path,
  };
}
