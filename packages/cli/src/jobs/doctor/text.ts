import type { DoctorDocument } from '@polygate/core';
import { REPAIRS } from '@polygate/core/doctor';
import { style } from '../../output/style.ts';

const COLOURS = { error: 'red', warning: 'yellow', info: 'dim' } as const;

/** Findings and repairs for people: what it is, and what to do. */
export function doctorText({ instance, rules, findings, repairs = [] }: DoctorDocument, fixing: boolean): string {
  const lines = repairs.map(({ ok, repair, message }) =>
    ok ? `${style('green', 'done:   ')} ${repair}: ${message}` : `${style('red', 'failed: ')} ${repair}: ${message}`,
  );
  for (const { code, severity, message, fix, repair } of findings) {
    lines.push(`${style(COLOURS[severity], `${severity}:`.padEnd(8))} ${message} ${style('dim', `[${code}]`)}`);
    const offered = repair !== undefined && !fixing ? `; --fix ${REPAIRS[repair as keyof typeof REPAIRS]}` : '';
    lines.push(`         ${style('dim', `${fix}${offered}`)}`);
  }
  const counted = (['error', 'warning', 'info'] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    const word = severity === 'info' ? 'note' : severity;
    return count === 0 ? [] : [`${count} ${word}${count === 1 ? '' : 's'}`];
  });
  const sum = counted.length === 0 ? 'nothing found' : counted.join(', ');
  return [...lines, `${instance.id}: ${rules} rules, ${sum}`].join('\n');
}
