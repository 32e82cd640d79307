import { parseUnit, type UnitFile, valueAt, valuesAt } from '../formats/systemd-unit.ts';
import { parseAssignments, splitWords } from '../formats/systemd-values.ts';
import type { AuditIssue } from '../gen/output.gen.ts';
import { portIssues, programIssues, secretIssues } from './audit-common.ts';
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
    ...secretIssues(definition.environment, mode, 'unit'),
    ...quotingIssues(file),
    ...policyIssues(file),
    ...programIssues(definition.argv),
    ...portIssues(portOf(definition.argv), configPort),
  ];
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

const issue = (code: string, message: string, detail?: string): AuditIssue => ({
  ...{ code, message, level: 'recommended' },
  ...(detail === undefined ? {} : { detail }),
});
