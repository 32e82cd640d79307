import { EXIT, type RescueDocument, SCHEMA_VERSION } from '@polygate/core';
import type { Handler } from '../command.ts';
import { findSubject } from '../jobs/doctor/subject.ts';
import { openExisting, parseNamed } from '../jobs/profiles/named.ts';
import { carryOutRescue } from '../jobs/rescue/fix.ts';
import { lookAt } from '../jobs/rescue/look.ts';
import { rescueText } from '../jobs/rescue/text.ts';

export const run: Handler = async (asked, options, [name = '']) => {
  const named = await parseNamed(asked, name);
  await openExisting(asked, named);
  // From its own record: the shell that asks may be that of another gateway, with its secret in the environment.
  const { context } = await findSubject(asked.again(named));
  const found = await lookAt(context);
  const { proposals } = found;
  const begin = { ok: true as const, schemaVersion: SCHEMA_VERSION, ...found.document };
  if (!options.fix || proposals.length === 0) {
    const json: RescueDocument = begin;
    return { json, text: rescueText(json), exitCode: proposals.length === 0 ? EXIT.ok : failing(found.exitCode) };
  }
  const done = await carryOutRescue(context, found);
  const after = await lookAt(context);
  const { verdict, reason } = after.document;
  const json: RescueDocument = { ...begin, done, after: { verdict, reason, proposals: after.proposals } };
  return { json, text: rescueText(json), exitCode: after.proposals.length === 0 ? EXIT.ok : failing(after.exitCode) };
};

/** A gateway that answers and refuses its config file is healthy, and yet something is to be done. */
const failing = <T extends number>(exitCode: T) => (exitCode === EXIT.ok ? EXIT.failed : exitCode);
