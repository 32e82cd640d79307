import { Problem } from '../errors/problem.ts';
import { parseServiceCmd, renderServiceCmd } from '../formats/cmd-launcher.ts';
import type { ServiceDefinition } from './definition.ts';
import { ENV_FILE_VARIABLE, STOP_FILE_VARIABLE } from './parking.ts';

/** Where a launcher keeps what it needs. */
export interface LauncherFiles {
  log: string;
  stop: string;
}

/** The text of the launcher that runs a service. Inverse: readServiceLauncher. @throws Problem VALUE_UNQUOTABLE */
export function serviceLauncher(definition: ServiceDefinition, { log, stop }: LauncherFiles): string {
  const { description, argv, workingDirectory } = definition;
  const environment = { ...withSecretsFile(definition), [STOP_FILE_VARIABLE]: stop };
  return renderServiceCmd({ description, argv, workingDirectory, environment, log, stopFile: stop });
}

/** What a launcher runs, whoever wrote it; undefined where it runs nothing. */
export function readServiceLauncher(text: string): ServiceDefinition | undefined {
  const read = parseServiceCmd(text);
  if (!read) return undefined;
  const { description, argv, workingDirectory } = read;
  return { description, argv, workingDirectory, ...secretsFileIn(read.environment), account: undefined, notifies: false };
}

/** The variables of a definition, with the one that names the file with its secrets. */
export function withSecretsFile({ environment, environmentFile }: ServiceDefinition): Record<string, string> {
  return environmentFile === undefined ? environment : { ...environment, [ENV_FILE_VARIABLE]: environmentFile };
}

/** Inverse of withSecretsFile. */
export function secretsFileIn(variables: Record<string, string>): Pick<ServiceDefinition, 'environment' | 'environmentFile'> {
  const { [ENV_FILE_VARIABLE]: environmentFile, [STOP_FILE_VARIABLE]: _, ...environment } = variables;
  return { environment, environmentFile };
}

/**
 * The line by which a batch file is run without a window (Windows 10 and later): `/s` takes the outer quotes away, and nothing
 * else of the path. @throws Problem VALUE_UNQUOTABLE
 */
export function hiddenLine(launcher: string): string {
  // On a command line there is no way to write a percent sign that stays one.
  if (/%[^%]+%/.test(launcher) || launcher.includes('"'))
    throw new Problem('VALUE_UNQUOTABLE', {
      what: 'the path of the launcher',
      reason: 'cmd.exe would take a variable out of it',
    });
  return `--headless cmd.exe /d /s /c ""${launcher}""`;
}

/** The console without a window, which comes with Windows. */
export const CONSOLE: string = String.raw`%SystemRoot%\System32\conhost.exe`;

/** A batch file for the Startup folder: it starts the launcher, and ends. Inverse: launcherStartedBy. @throws Problem VALUE_UNQUOTABLE */
export function startupText(description: string, launcher: string): string {
  // Between the doubled quotes cmd is outside of them: there each of its own signs has a caret before it.
  const line = hiddenLine(launcher)
    .replaceAll('%', '%%')
    .replace(/[&|<>^()]/g, '^$&');
  return ['@echo off', `rem polygate: starts ${description.replaceAll('%', '%%')}`, `start "" "${CONSOLE}" ${line}`, ''].join(
    '\r\n',
  );
}

/** The launcher that a batch file in the Startup folder starts; undefined for any other file. */
export function launcherStartedBy(text: string): string | undefined {
  if (!/^rem polygate: starts /m.test(text)) return undefined;
  const line = /^start "" "[^"]*" --headless cmd\.exe \/d \/s \/c ""(.*)""\r?$/m.exec(text)?.[1];
  return line?.replace(/\^([&|<>^()])/g, '$1').replaceAll('%%', '%');
}
