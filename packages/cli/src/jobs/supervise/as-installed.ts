import { serviceName, variableName } from '@polygate/core';
import { parseEnvFile, portOf } from '@polygate/core/service';
import type { InstanceSpec } from '@polygate/core/supervise';
import type { OpenInstance } from '@polygate/host';
import { inspectBuiltin } from '@polygate/host/managers';
import type { Context } from '../../context.ts';

/** What a service manager adds to a definition by itself. */
const OF_THE_ACCOUNT = /^(USER|LOGNAME|LANG|LC_[A-Z]+|TZ|TMPDIR|POLYGATE_SUPERVIS.*)$/;

/**
 * How an instance is run that `gateway install` gave to this supervisor: by what was installed, as under any manager. What was
 * changed since is drift, and takes effect with `gateway install --force`.
 */
export async function asInstalled({ host }: Context, { instance }: OpenInstance, spec: InstanceSpec): Promise<InstanceSpec> {
  const { pack, profile, stateDir } = instance;
  const { definition } = await inspectBuiltin(host, serviceName(pack, profile.value, 'builtin'));
  if (!definition || definition.environment[variableName(pack, 'STATE_DIR')] !== stateDir.value) return spec;
  const { argv, environment, environmentFile, workingDirectory } = definition;
  const text = environmentFile === undefined ? undefined : await host.files.read(environmentFile);
  const secrets = parseEnvFile(text ?? '');
  const own = Object.entries(spec.env).filter(([name]) => OF_THE_ACCOUNT.test(name));
  const { target } = spec;
  return {
    ...spec,
    argv,
    env: { ...Object.fromEntries(own), ...environment, ...secrets },
    cwd: workingDirectory,
    target: {
      ...target,
      port: portOf(argv) ?? target.port,
      token: secrets[variableName(pack, 'GATEWAY_TOKEN')] ?? target.token,
      password: secrets[variableName(pack, 'GATEWAY_PASSWORD')] ?? target.password,
    },
  };
}
