import { absolute, readVariable, readVariables, resolveAccess, sameProfile } from '@polygate/core';
import type { ShellFacts } from '@polygate/core/doctor';
import type { Subject } from './subject.ts';

/** The shell that asks, beside what the instance's own record says. */
export async function shellFacts({ asked, opened, service, contradiction }: Subject): Promise<ShellFacts> {
  const { env, users, platform } = asked.host;
  const redirecting = (await Promise.all(SELECTORS.map((suffix) => redirectingOf(asked, opened, suffix)))).flat();
  return {
    platform,
    node: process.versions.node,
    redirecting: contradiction ? [] : redirecting,
    contradiction,
    otherSecret: otherSecret(asked, opened, service?.secrets ?? {}),
    home: platform === 'win32' ? undefined : env.HOME,
    accountHome: users.home,
    polygateHome: env.POLYGATE_HOME?.trim() || undefined,
    definitionHome: service?.inspection.definition?.environment.POLYGATE_HOME,
    isRoot: users.uid === 0,
    sudoUser: env.SUDO_USER,
  };
}

const SELECTORS = ['PROFILE', 'STATE_DIR', 'CONFIG_PATH', 'GATEWAY_PORT'] as const;

async function redirectingOf(
  { host }: Subject['asked'],
  { instance }: Subject['opened'],
  suffix: (typeof SELECTORS)[number],
): Promise<ShellFacts['redirecting']> {
  const { pack, profile, stateDir, configPath, port } = instance;
  const same = async (value: string, own: string) =>
    (await host.files.canonical(absolute(host.paths, host.users.home, host.cwd, value))) === (await host.files.canonical(own));
  const isOwn = {
    PROFILE: async (value: string) => sameProfile(value, profile.value),
    STATE_DIR: (value: string) => same(value, stateDir.value),
    CONFIG_PATH: (value: string) => same(value, configPath.value),
    GATEWAY_PORT: async (value: string) => value === String(port.value),
  }[suffix];
  const [found] = readVariables(pack, host.env, suffix);
  return found && !(await isOwn(found.value)) ? [found] : [];
}

/** The name of a variable with a secret that the gateway does not have. */
function otherSecret(
  { host }: Subject['asked'],
  { instance: { pack }, config }: Subject['opened'],
  given: Readonly<Record<string, string>>,
): string | undefined {
  const own = new Set([resolveAccess(pack, given, {}, config.parsed).secret?.value]);
  const said = ['GATEWAY_TOKEN', 'GATEWAY_PASSWORD'].map((suffix) => readVariable(pack, host.env, suffix));
  return said.find((one) => one !== undefined && !own.has(one.value))?.name;
}
