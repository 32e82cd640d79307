import { EXIT, type ExitCode } from '@polygate/core';
import type { Handler } from '../command.ts';
import { bringUp } from '../jobs/up.ts';

export const run: Handler = async (context, _options, names) => {
  const exitCode: ExitCode = await bringUp(context, names);
  return { exitCode: exitCode ?? EXIT.ok };
};
