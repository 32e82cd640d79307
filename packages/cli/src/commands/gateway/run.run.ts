import type { Handler } from '../../command.ts';
import { parseReference } from '../../jobs/program.ts';
import { runGateway } from '../../jobs/run-gateway.ts';

export const run: Handler = async (context, options) => {
  const { port, bind, auth, token, password, program } = options as Record<string, string | undefined>;
  await runGateway(context, {
    port,
    bind,
    auth,
    token,
    password,
    program: parseReference(program),
    allowUnconfigured: options.allowUnconfigured === true,
    force: options.forceAny ? 'any' : options.force ? 'gateway' : 'no',
  });
  return {};
};
