import { parseUnit, type UnitFile, valueAt, valuesAt } from '../formats/systemd-unit.ts';
import { parseAssignments, splitWords } from '../formats/systemd-values.ts';
import type { AuditIssue } from '../gen/output.gen.ts';
import { isSecretName } from './adopt.ts';
import { portOf } from './recognise.ts';
import { readUnit } from './systemd.ts';

/** A unit file as it lies on disk, with what else tells of its gateway. */
export interface AuditedUnit {
  text: string;
  /** Permission bits of the file. */
  mode: number;
  /** Port that the config of the instance says; undefined when it says none. */
  configPort?: number | undefined;
}

/**
 * What is wrong with a unit, whoever wrote it. Codes that the family's doctor has are its own (facts: the family's audit of
 * January 2026 and of the newest generation); the others are in their manner. Never a value of a secret.
 */
export function auditUnit({ text, mode, configPort }: AuditedUnit): AuditIssue[] {
  const file = parseUnit(text);
  const definition = readUnit(file);
  if (!definition) return [issue('gateway-command-missing', 'The unit runs nothing: it has no ExecStart')];
  return [
    ...secretIssues(definition.environment, mode),
    ...quotingIssues(file),
    ...policyIssues(file),
    ...programIssues(definition.argv),
    ...portIssues(portOf(definition.argv), configPort),
  ];
}

function secretIssues(environment: Readonly<Record<string, string>>, mode: number): AuditIssue[] {
  const readable = (mode & 0o044) !== 0 ? `, and others may read the file (mode ${mode.toString(8)})` : '';
  return Object.keys(environment)
    .filter((name) => isSecretName(name) && environment[name] !== '')
    .map((name) => {
      const kind = /(TOKEN|PASSWORD)$/.exec(name)?.[1]?.toLowerCase();
      const code = /_GATEWAY_(TOKEN|PASSWORD)$/.test(name) ? `gateway-${kind}-embedded` : 'gateway-managed-env-embedded';
      return issue(
        code,
        `The unit holds a secret (${name})${readable}`,
        'a definition is no place for it: a file of mode 0600 is',
      );
    });
}

/** The family's January builds quote what has an s in it, not what has a blank; and they never double a percent sign. */
function quotingIssues(file: UnitFile): AuditIssue[] {
  const code = 'systemd-quoting';
  const issues: AuditIssue[] = [];
  for (const value of valuesAt(file, 'Service', 'Environment')) {
    const [[name] = []] = parseAssignments(value);
    if (splitWords(value).some((word) => !/^[A-Za-z_][A-Za-z0-9_]*=/.test(word)))
      issues.push(issue(code, `The value of ${name ?? 'a variable'} is not quoted: systemd takes it up to the first blank`));
  }
  const words = splitWords(valueAt(file, 'Service', 'ExecStart') ?? '');
  const before = words.slice(0, Math.max(words.indexOf('gateway'), 1));
  if (before.some((word, i) => i > 0 && /^[^/-][^=]*\//.test(word)))
    issues.push(issue(code, `A path in ExecStart is not quoted: systemd runs ${words[0]}`));
  const raw = [...valuesAt(file, 'Service', 'ExecStart'), ...valuesAt(file, 'Service', 'Environment')];
  if (raw.some((value) => /%[^%]/.test(value.replaceAll('%%', ''))))
    issues.push(issue(code, 'A percent sign is not doubled: systemd puts something else in its place'));
  return issues;
}

function policyIssues(file: UnitFile): AuditIssue[] {
  const at = (key: string) => valueAt(file, 'Service', key);
  const issues: AuditIssue[] = [];
  const kill = at('KillMode');
  if (kill === 'process' || kill === 'none')
    issues.push(
      issue('systemd-kill-mode-process-or-none', `KillMode=${kill} leaves what the gateway started behind, with its ports`),
    );
  if (at('Restart') !== 'always')
    issues.push(issue('systemd-restart-policy', 'It is not started again whenever it ends (Restart=always)'));
  if (!at('RestartPreventExitStatus')?.split(/\s+/).includes('78'))
    issues.push(issue('systemd-restart-policy', 'A fatal configuration error (exit 78) is tried again for ever'));
  return issues;
}

/** Directories of version managers, and others with a version in their name: an upgrade takes the program away. */
const PINNED =
  /\/(\.nvm\/versions|\.fnm\/node-versions|\.volta\/tools\/image|\.asdf\/installs|Cellar)\/|\/(node-)?v?\d+\.\d+\.\d+[^/]*\//;

function programIssues([program = '']: readonly string[]): AuditIssue[] {
  if (!PINNED.test(program)) return [];
  const message = 'Its node has a version in the path: the next upgrade takes it away';
  return [issue('gateway-runtime-node-version-manager', message, program)];
}

function portIssues(port: number | undefined, configPort: number | undefined): AuditIssue[] {
  if (port === undefined || configPort === undefined || port === configPort) return [];
  return [issue('gateway-port-mismatch', `It listens on port ${port}, and the config says ${configPort}`)];
}

const issue = (code: string, message: string, detail?: string): AuditIssue => ({
  ...{ code, message, level: 'recommended' },
  ...(detail === undefined ? {} : { detail }),
});
