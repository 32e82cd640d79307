import { SCHEMA_VERSION, type SetupDocument } from '@polygate/core';
import { listInstances } from '@polygate/host/instances';
import type { Handler } from '../../command.ts';
import { describeInstance } from '../../jobs/describe.ts';
import { parseNamed, refuseExisting } from '../../jobs/profiles/named.ts';
import { changeProfiles } from '../../jobs/profiles/outcome.ts';
import { parseProgram } from '../../jobs/program.ts';
import { setUp } from '../../jobs/setup/set-up.ts';
import { setupText } from '../../jobs/setup/text.ts';

export const run: Handler = async (asked, options, [text = '']) => {
  const { port, bind, workspace, program } = options as Record<string, string | undefined>;
  const name = await parseNamed(asked, text);
  return changeProfiles(asked, async (fresh) => {
    refuseExisting(await listInstances(await fresh.world()), name);
    const context = fresh.again(name);
    const done = await setUp(context, { port, bind, workspace, program: await parseProgram(context, program) });
    const instance = await describeInstance(context, done.opened.instance);
    return {
      json: {
        ok: true,
        schemaVersion: SCHEMA_VERSION,
        result: done.result,
        instance,
        changes: done.changes,
      } satisfies SetupDocument,
      text: setupText(context, done, instance),
    };
  });
};
