import { pick } from '../config/pick.ts';
import type { ProductPack } from '../gen/product-pack.gen.ts';
import { variableNames } from '../product/pack.ts';

/** What the variables of a definition are, by name. Values are compared and go no further. */
export interface EnvironmentUse {
  token: readonly string[];
  password: readonly string[];
  /** Variables that the config sets as well (`env.vars`), with the same value: the gateway has them without the definition. */
  managed: readonly string[];
  /** Others whose name says that they are secrets. */
  secrets: readonly string[];
  /** Proxies and certificates of the shell that installed it. */
  proxies: readonly string[];
  /** Variables that nothing but this definition has: a replaced one would lose them. */
  custom: readonly string[];
}

export const NO_ENVIRONMENT: EnvironmentUse = { token: [], password: [], managed: [], secrets: [], proxies: [], custom: [] };

const SECRET = /(TOKEN|PASSWORD|PASSWD|SECRET|API_?KEY|PRIVATE_?KEY|CREDENTIAL)/i;
const PROXY = /^((https?|all|no|ftp)_proxy|NODE_EXTRA_CA_CERTS|NODE_USE_SYSTEM_CA)$/i;
/** What every installer of the family writes, whatever the product. */
const USUAL =
  /^(HOME|USERPROFILE|PATH|TMPDIR|POLYGATE_HOME|POLYGATE_PARKED_FILE|NODE_OPTIONS|XDG_RUNTIME_DIR|LANG|LC_[A-Z]+|TZ|USER|LOGNAME|SHELL)$/;

/** Sorts the environment of a definition by what each variable is. Pure. */
export function environmentUse(
  pack: ProductPack,
  environment: Readonly<Record<string, string>>,
  config: unknown,
): EnvironmentUse {
  const token = variableNames(pack, 'GATEWAY_TOKEN');
  const password = variableNames(pack, 'GATEWAY_PASSWORD');
  const use = { token: [], password: [], managed: [], secrets: [], proxies: [], custom: [] } as Record<
    keyof EnvironmentUse,
    string[]
  >;
  for (const [name, value] of Object.entries(environment)) {
    const managed = [pick(config, `env.vars.${name}`), pick(config, `env.${name}`)].includes(value);
    if (token.includes(name)) use.token.push(name);
    else if (password.includes(name)) use.password.push(name);
    else if (managed) use.managed.push(name);
    else if (name.startsWith(pack.env.prefix) || USUAL.test(name) || isNamed(pack, name)) continue;
    else {
      if (SECRET.test(name)) use.secrets.push(name);
      if (PROXY.test(name)) use.proxies.push(name);
      use.custom.push(name);
    }
  }
  return use;
}

const isNamed = ({ env }: ProductPack, name: string) => Object.values(env.names ?? {}).some((names) => names.includes(name));

/** Options of a command line that carry a secret: what `ps` shows to every account. */
export function secretOptions(argv: readonly string[]): string[] {
  return argv.flatMap((word, i) => {
    const [, option, inline] = /^(--(?:token|password|secret|api-key))(=.+)?$/.exec(word) ?? [];
    return option !== undefined && (inline !== undefined || argv[i + 1] !== undefined) ? [option] : [];
  });
}
