import { SCHEMA_VERSION, type SetupDocument } from '@polygate/core';
import type { Handler } from '../command.ts';
import { describeInstance } from '../jobs/describe.ts';
import { parseProgram } from '../jobs/program.ts';
import { setUp } from '../jobs/setup/set-up.ts';
import { setupText } from '../jobs/setup/text.ts';

export const run: Handler = async (context, options) => {
  const { port, bind, workspace, token, program } = options as Record<string, string | undefined>;
  const done = await setUp(context, { port, bind, workspace, token, program: await parseProgram(context, program) });
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
};
