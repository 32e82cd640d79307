import { type AuditDocument, EXIT, SCHEMA_VERSION } from '@polygate/core';
import type { Handler } from '../../command.ts';
import { findingLines, isolationOf } from '../../jobs/isolation.ts';

export const run: Handler = async (context) => {
  const { audited, findings } = await isolationOf(context);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const of = `${audited.length} instance${audited.length === 1 ? '' : 's'}`;
  const sum = findings.length === 0 ? `${of}: nothing is shared` : `${of}: ${findings.length} findings, ${errors} of them errors`;
  return {
    // It could look, so this is an answer and no failure, whatever it found.
    json: { ok: true, schemaVersion: SCHEMA_VERSION, audited, errors, findings } satisfies AuditDocument,
    text: [...findingLines(findings), sum].join('\n'),
    exitCode: errors === 0 ? EXIT.ok : EXIT.failed,
  };
};
