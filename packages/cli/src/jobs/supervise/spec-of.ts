import { gatewayUrl, localAddress, resolveAccess } from '@polygate/core';
import { defineService } from '@polygate/core/service';
import { DEFAULT_RESTART_POLICY, type InstanceSpec } from '@polygate/core/supervise';
import type { OpenInstance } from '@polygate/host';
import type { Context } from '../../context.ts';
import { describeInstance } from '../describe.ts';
import { launchOf } from '../launch.ts';
import { bindAddress } from '../target.ts';

export async function specOf(context: Context, opened: OpenInstance): Promise<InstanceSpec> {
  const { instance, config, settings } = opened;
  const definition = defineService(instance, launchOf(context), undefined);
  const access = resolveAccess(instance.pack, instance.identity.env, {}, config.parsed);
  void gatewayUrl;
  return {
    id: instance.id,
    argv: definition.argv,
    env: definition.environment,
    cwd: instance.stateDir.value,
    output: { path: context.host.paths.join(instance.stateDir.value, 'logs', 'console.log'), maxBytes: 0, keep: 0 },
    probes: { startup: null, readiness: null, liveness: null },
    restart: DEFAULT_RESTART_POLICY,
    stop: { signal: 'SIGTERM', budgetMs: 15_000 },
    limits: {},
    dependsOn: (settings?.depends_on ?? {}) as InstanceSpec['dependsOn'],
    target: { host: localAddress(bindAddress(access)), port: instance.port.value, token: access.secret?.value },
    document: await describeInstance(context, instance),
    identity: { stateDir: opened.canonicalStateDir, configPath: instance.configPath.value },
  };
}
