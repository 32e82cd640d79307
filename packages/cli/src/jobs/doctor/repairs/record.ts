import { missingFrom, redact } from '@polygate/core';
import { lineDiff } from '@polygate/core/doctor';
import { updateLedger } from '@polygate/host/instances';
import { setUp } from '../../setup/set-up.ts';
import type { Repair } from './repair.ts';

/** Completes the config and the record as `setup` does; it keeps a backup, and changes nothing that is set. */
export const config: Repair = async ({ subject, show }) => {
  const { context, asked, opened } = subject;
  const path = opened.config.path;
  const before = opened.config.text ?? '';
  const { port, workspace } = opened.instance;
  const lacking = missingFrom(opened.config.parsed, { port: port.value, token: '***', workspace: workspace.value });
  show([`# ${path}`, ...lacking.map((edit) => `+ ${edit.path}: ${JSON.stringify(edit.value)}`), '# its ports are recorded']);
  const { changes, result } = await setUp(context, {});
  const after = (await context.host.files.read(path)) ?? '';
  const lines = lineDiff(before, after).map((line) => redact(line, [...asked.secrets, ...context.secrets]));
  return {
    ok: true,
    message: changes.length > 0 ? `set up: ${changes.join(', ')}` : 'recorded',
    ...(lines.length > 0 ? { diff: [`# ${path}`, ...lines] } : {}),
    ...(result === 'completed' ? { backups: [`${path}.bak`] } : {}),
  };
};

/** Has the ledger written anew. The damaged one is kept aside. */
export const ledger: Repair = async ({ subject, facts, show }) => {
  show([`# ${facts.ledger?.path}: made anew from what is on disk; the damaged one is kept`]);
  const { warnings } = await updateLedger(await subject.context.world(), async (before) => ({
    ledger: before,
    result: undefined,
  }));
  return { ok: true, message: warnings.join('; ') || 'the ledger is written anew' };
};
