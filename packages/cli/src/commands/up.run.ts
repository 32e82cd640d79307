import { EXIT, type ExitCode } from '@polygate/core';
import type { Handler } from '../command.ts';
import { giveWayToInit } from '../jobs/supervise/pid-one.ts';
import { bringUp } from '../jobs/up.ts';

export const run: Handler = async (context, _options, names) => {
  giveWayToInit(context);
  const exitCode: ExitCode = await bringUp(context, names);
  return { exitCode: exitCode ?? EXIT.ok };
};
