import type { Handler, Options } from '../../command.ts';
import type { Context } from '../../context.ts';
import { parseReference } from '../../jobs/program.ts';
import { runGateway } from '../../jobs/run-gateway.ts';

export const run: Handler = async (context, options) => {
  const { port, bind, auth, token, password, program } = options as Record<string, string | undefined>;
  const exitCode = await runGateway(context, {
    port,
    bind,
    auth,
    token,
    password,
    program: parseReference(program),
    allowUnconfigured: options.allowUnconfigured === true,
    handedOn: handedOn(context, options),
    force: options.forceAny ? 'any' : options.force ? 'gateway' : 'no',
  });
  return { exitCode };
};

/** Words of the family's that Polygate takes; --force it carries out itself, --reset it never does, and secrets go another way. */
const HANDED_ON = ['bind', 'auth', 'allow-unconfigured', 'tailscale', 'tailscale-reset-on-exit', 'ws-log'];

function handedOn({ globals }: Context, options: Options): string[] {
  const words = [...HANDED_ON, 'compact'].flatMap((name) => {
    const value = options[name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())];
    return typeof value === 'string' ? [`--${name}`, value] : value === true ? [`--${name}`] : [];
  });
  return globals.verbose ? [...words, '--verbose'] : words;
}
