import type { AuditIssue, ExtraService } from '@polygate/core';
import { style } from '../../output/style.ts';

/** Services that run a gateway and are nobody's, for people: what each is, where, and what is wrong with it. */
export function extraLines(services: readonly ExtraService[]): string[] {
  return services.flatMap(({ label, scope, product, marker, profile, port, legacy, detail, audit = [] }) => {
    const what = [product ?? marker ?? 'unknown product', ...(profile === undefined ? [] : [profile])].join('/');
    const where = port === undefined ? '' : `, port ${port}`;
    const old = legacy ? ', a name of an earlier generation' : '';
    return [`Another ${scope} service: ${label} (${what}${where}${old})`, `  ${style('dim', detail)}`, ...auditLines(audit)];
  });
}

export const auditLines = (issues: readonly AuditIssue[]): string[] =>
  issues.map(({ message, code }) => `  ${style('yellow', '!')} ${message} ${style('dim', `(${code})`)}`);
