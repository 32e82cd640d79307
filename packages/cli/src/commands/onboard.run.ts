import type { Handler } from '../command.ts';
import { onboard } from '../jobs/onboard.ts';
import { parseProgram } from '../jobs/program.ts';

export const run: Handler = async (context, options) => {
  const text = (name: string) => options[name] as string | undefined;
  return onboard(context, {
    nonInteractive: options.nonInteractive === true,
    acceptRisk: options.acceptRisk === true,
    mode: text('mode'),
    port: text('gatewayPort'),
    bind: text('gatewayBind'),
    auth: text('gatewayAuth'),
    token: text('gatewayToken'),
    password: text('gatewayPassword'),
    workspace: text('workspace'),
    // commander: --no-install-daemon sets false; --skip-daemon is the family's other word for it.
    installDaemon: options.skipDaemon === true ? false : (options.installDaemon as boolean | undefined),
    program: await parseProgram(context, text('program')),
    authChoice: text('authChoice'),
    daemonRuntime: text('daemonRuntime'),
    skipSkills: options.skipSkills === true,
    skipHealth: options.skipHealth === true,
  });
};
