import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { EXIT, type ExitCode } from '@polygate/core';
import { ENV_FILE_VARIABLE, PARKED_FILE_VARIABLE, parseEnvFile, renderParked } from '@polygate/core/service';

/** Why the command failed, when it did. */
export interface Told {
  reason?: string;
}

/**
 * Runs a command as the service of a manager that knows no file with secrets and no status that means «not again»: reads the
 * file, and when the command ends with 78 (fatal configuration) writes down why and ends with success, which alone such a
 * manager takes for an end. A gateway that ends in any other way is to be started again, so it ends with a failure.
 */
export async function runAsService(main: (told: Told) => Promise<ExitCode>, words: readonly string[]): Promise<ExitCode> {
  // Taken away: what this starts is a command of its own.
  const { [ENV_FILE_VARIABLE]: envFile, [PARKED_FILE_VARIABLE]: parkedFile } = process.env;
  delete process.env[ENV_FILE_VARIABLE];
  delete process.env[PARKED_FILE_VARIABLE];
  const told: Told = {};
  if (parkedFile !== undefined) attempt(() => rmSync(parkedFile, { force: true }));
  const code = readSecrets(envFile, told) ? await main(told) : EXIT.config;
  if (parkedFile === undefined) return code;
  if (code === EXIT.config) return park(parkedFile, told);
  return code === EXIT.ok && words.includes('gateway') ? EXIT.tempFail : code;
}

function readSecrets(file: string | undefined, told: Told): boolean {
  if (file === undefined) return true;
  const text = attempt(() => readFileSync(file, 'utf8'));
  if (text !== undefined) Object.assign(process.env, parseEnvFile(text));
  else {
    told.reason = `the file with its secrets cannot be read: ${file}`;
    process.stderr.write(`error: ${told.reason}\n`);
  }
  return text !== undefined;
}

/** Where it cannot be written down, it stays down all the same: the reason stands in what it printed. */
function park(file: string, { reason = 'its gateway ended with 78' }: Told): ExitCode {
  const content = renderParked({ exitCode: EXIT.config, reason, at: Date.now() });
  attempt(() => mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 }));
  attempt(() => writeFileSync(file, content, { mode: 0o600 }));
  return EXIT.ok;
}

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
