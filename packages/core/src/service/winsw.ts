import { parseWinsw, type WinswConfig } from '../formats/winsw-xml.ts';
import type { ServiceDefinition } from './definition.ts';
import type { Drift } from './diff.ts';
import { secretsFileIn, withSecretsFile } from './windows-launcher.ts';

/**
 * What every configuration has that Polygate writes for WinSW 2.11. A gateway has half a minute to end after Ctrl+C. Windows
 * starts again what ended with a failure alone, so what must stay down ends with 0 (core/service/parking.ts).
 */
const SETTINGS: Readonly<Record<string, string>> = {
  'log.mode': 'roll-by-size',
  'log.sizeThreshold': '10240',
  'log.keepFiles': '8',
  resetfailure: '1 hour',
  stoptimeout: '30 sec',
  startmode: 'Automatic',
};
const RESTART_DELAYS = ['2 sec', '10 sec', '60 sec'];

/** The configuration of a service. `logPath`: the folder for what it prints. */
export function winswFor(definition: ServiceDefinition, { name, logPath }: { name: string; logPath: string }): WinswConfig {
  const { description, argv, workingDirectory, account } = definition;
  return {
    id: name,
    name,
    ...{ description, argv: [...argv], workingDirectory, account, logPath },
    environment: withSecretsFile(definition),
    settings: { ...SETTINGS },
    restartDelays: [...RESTART_DELAYS],
  };
}

/** What a configuration runs, whoever wrote it. Inverse of winswFor for the definition in it. */
export function readWinsw(text: string): ServiceDefinition | undefined {
  const config = parseWinsw(text);
  if (!config) return undefined;
  const { description, argv, workingDirectory, account } = config;
  return { description, argv, workingDirectory, ...secretsFileIn(config.environment), account, notifies: false };
}

/** How the rest of a configuration differs from the wanted one: names, logs, restarts. */
export function diffWinsw(installed: WinswConfig, wanted: WinswConfig): Drift[] {
  const names = [...new Set([...Object.keys(wanted.settings), ...Object.keys(installed.settings)])];
  const fields: [string, string | undefined, string | undefined][] = [
    ['id', installed.id, wanted.id],
    ['name', installed.name, wanted.name],
    ['logpath', installed.logPath, wanted.logPath],
    ['onfailure', installed.restartDelays.join(', ') || undefined, wanted.restartDelays.join(', ')],
    ...names.map((name): [string, string | undefined, string | undefined] => [
      name,
      installed.settings[name],
      wanted.settings[name],
    ]),
  ];
  return fields.filter(([, a, b]) => a !== b).map(([field, a, b]) => ({ field, installed: a, wanted: b }));
}

/** What of it Windows itself keeps: with another of these the service has to be registered anew. */
export const isRegisteredAlike = (a: WinswConfig, b: WinswConfig): boolean => registration(a) === registration(b);

const registration = ({ id, name, account, settings, restartDelays }: WinswConfig) =>
  JSON.stringify([id, name, account, settings['startmode'], settings['resetfailure'], restartDelays]);
