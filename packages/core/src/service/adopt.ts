import type { ProductPack } from '../gen/product-pack.gen.ts';
import type { Program } from '../instance/instance.ts';
import { variableName, variableNames } from '../product/pack.ts';
import type { ServiceDefinition } from './definition.ts';
import { portOf } from './recognise.ts';

/** What a definition of others comes to when Polygate writes its own for the same gateway. */
export interface Adoption {
  /** Its program, as Polygate's settings keep it: the command without the port, and the variables that it needs. */
  program: Exclude<Program, 'reference'>;
  /** Variables for the file that only the account may read. */
  secrets: Record<string, string>;
  /** undefined: the definition leaves it to the config. */
  port: number | undefined;
}

/**
 * Takes a definition apart: what is run, on which port, with which variables. What is not known to be harmless goes to the
 * secrets: an installer of the family copies every variable of the config into its unit, keys of models among them.
 */
export function adoptionOf(
  pack: ProductPack,
  { argv, environment }: Pick<ServiceDefinition, 'argv' | 'environment'>,
  { unit, was }: { unit: string; was: string },
): Adoption {
  const replaced = new Set(REPLACED.flatMap((suffix) => variableNames(pack, suffix)));
  const left = Object.entries(environment).filter(([name]) => !replaced.has(name));
  const harmless = left.filter(([name]) => isHarmless(pack, name));
  const secrets = left.filter(([name, value]) => !isHarmless(pack, name) && value !== '');
  const said = Number(environment[variableName(pack, 'GATEWAY_PORT')]);
  const own = Object.fromEntries(harmless.map(([name, value]) => [name, value === was ? unit : value]));
  return {
    program: {
      command: withoutPort(argv),
      ...(harmless.length > 0 ? { environment: own } : {}),
      ...(secrets.length > 0 ? { secrets: secrets.map(([name]) => name).sort() } : {}),
    },
    secrets: Object.fromEntries(secrets),
    port: portOf(argv) ?? (Number.isInteger(said) && said > 0 ? said : undefined),
  };
}

/** Variables that every definition of Polygate has by itself. */
const REPLACED = ['PROFILE', 'STATE_DIR', 'CONFIG_PATH', 'GATEWAY_PORT', 'SERVICE_MARKER', 'SERVICE_KIND', 'SERVICE_VERSION'];

/** A name that tells of a secret. */
export const isSecretName = (name: string): boolean =>
  /TOKEN|PASSWORD|PASSWD|SECRET|CREDENTIAL|(^|_)(API_?)?KEYS?($|_)/i.test(name);

const HARMLESS =
  /^(HOME|PATH|TMPDIR|LANG|LANGUAGE|LC_[A-Z]+|TZ|NODE_[A-Z_]+|XDG_[A-Z_]+|DBUS_SESSION_BUS_ADDRESS|POLYGATE_HOME)$/;

const isHarmless = (pack: ProductPack, name: string) =>
  !isSecretName(name) && (HARMLESS.test(name) || name.startsWith(pack.env.prefix));

function withoutPort(argv: readonly string[]): string[] {
  const at = argv.findIndex((word) => word === '--port' || word.startsWith('--port='));
  if (at < 0) return [...argv];
  return [...argv.slice(0, at), ...argv.slice(argv[at] === '--port' ? at + 2 : at + 1)];
}

/** A definition that Polygate wrote for its own gateway has nothing to adopt. */
export function runsReference({ argv }: Pick<ServiceDefinition, 'argv'>): boolean {
  const at = argv.indexOf('--product');
  return at > 0 && argv[at + 2] === '--profile' && argv[at + 4] === 'gateway' && /^(run|guard)$/.test(argv[at + 5] ?? '');
}
