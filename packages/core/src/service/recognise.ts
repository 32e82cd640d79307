import type { ProductPack } from '../gen/product-pack.gen.ts';
import { type Env, readVariable } from '../product/environment.ts';
import { profileIn } from '../product/pack.ts';
import { DEFAULT_PROFILE } from '../profile/name.ts';
import type { ServiceDefinition } from './definition.ts';

/** A definition that runs a gateway, whoever wrote it. Paths are as written in it. */
export interface Recognised {
  /** undefined: a gateway by its marker, of a product that no pack describes. */
  pack: ProductPack | undefined;
  /** What told: the marker of its product, the program it runs, or its name (of today, or of an earlier generation). */
  by: 'marker' | 'program' | 'name' | 'legacy-name';
  /** Value of its SERVICE_MARKER. */
  marker: string | undefined;
  /** It has a name that its own product gave to services in earlier generations. */
  legacy: boolean;
  profile: string | undefined;
  stateDir: string | undefined;
  configPath: string | undefined;
  port: number | undefined;
}

type Told = Pick<ServiceDefinition, 'environment'> & Partial<Pick<ServiceDefinition, 'argv'>>;

/**
 * What a service definition is, told by its marker, else by its program, else by its name. undefined for what is no gateway.
 * What it is marked as counts for more than its name: a sibling is never taken for the past of another product.
 */
export function recogniseService(packs: readonly ProductPack[], name: string, definition: Told): Recognised | undefined {
  const { environment, argv = [] } = definition;
  if (valueNamed(environment, /_SERVICE_KIND$/) !== undefined && valueNamed(environment, /_SERVICE_KIND$/) !== 'gateway')
    return undefined;
  const marker = valueNamed(environment, /_SERVICE_MARKER$/);
  const named = (pack: ProductPack) => profileNamed(pack, name);
  const isLegacy = ({ service: { systemd, launchd } }: ProductPack) =>
    [...(systemd.legacy ?? []), ...(launchd.legacy ?? [])].includes(name);
  const ways: [Recognised['by'], (pack: ProductPack) => boolean][] = [
    ['marker', (pack) => isMarked(pack, environment)],
    ['program', (pack) => runs(pack, argv)],
    ['name', (pack) => named(pack) !== undefined],
    ['legacy-name', isLegacy],
  ];
  for (const [by, tells] of ways) {
    const pack = packs.find(tells);
    if (pack)
      return {
        by,
        marker,
        ...tracesOf(pack, definition, named(pack) ?? (isLegacy(pack) ? DEFAULT_PROFILE : undefined), by === 'program'),
        legacy: isLegacy(pack),
      };
    // It says what it is, and no pack knows that: neither its program nor its name make it another product's.
    if (by === 'marker' && marker !== undefined) return { ...UNKNOWN, marker, port: portOf(argv) };
  }
  return undefined;
}

/** The profile that a name of a service says, whichever manager it is of. Labels that the product keeps for itself say none. */
function profileNamed({ service: { systemd, launchd, windows } }: ProductPack, name: string): string | undefined {
  const labelled = profileIn(launchd, name);
  const isOwn = labelled !== undefined && labelled !== DEFAULT_PROFILE && launchd.reserved?.includes(labelled.toLowerCase());
  return profileIn(systemd, name) ?? (isOwn ? undefined : labelled) ?? profileIn(windows, name);
}

const UNKNOWN: Recognised = {
  ...{ pack: undefined, by: 'marker', marker: undefined, legacy: false },
  ...{ profile: undefined, stateDir: undefined, configPath: undefined, port: undefined },
};

/** `isProgram`: it is the product's own command that is run, which has the default profile unless it is told another. */
function tracesOf(pack: ProductPack, { environment, argv = [] }: Told, named: string | undefined, isProgram: boolean) {
  const read = (suffix: string) => readVariable(pack, environment, suffix)?.value;
  const said = Number(read('GATEWAY_PORT'));
  const stateDir = read('STATE_DIR');
  const usual = isProgram && stateDir === undefined ? DEFAULT_PROFILE : undefined;
  return {
    pack,
    profile: optionOf(argv, '--profile') ?? (argv.includes('--dev') ? 'dev' : undefined) ?? read('PROFILE') ?? named ?? usual,
    stateDir,
    configPath: read('CONFIG_PATH'),
    port: portOf(argv) ?? (isPort(said) ? said : undefined),
  };
}

/** The port in a command line: `--port N` or `--port=N`; undefined when there is none. */
export function portOf(argv: readonly string[]): number | undefined {
  const port = Number(optionOf(argv, '--port') ?? Number.NaN);
  return isPort(port) ? port : undefined;
}

function optionOf(argv: readonly string[], name: string): string | undefined {
  const at = argv.findIndex((word) => word === name || word.startsWith(`${name}=`));
  return argv[at]?.includes('=') ? argv[at]?.slice(name.length + 1) : at < 0 ? undefined : argv[at + 1];
}

const isPort = (value: number) => Number.isInteger(value) && value > 0 && value <= 65_535;

const isMarked = (pack: ProductPack, environment: Env) =>
  readVariable(pack, environment, 'SERVICE_MARKER')?.value === pack.service.marker;

/** `<anything>/<command>/…  gateway`: the command of the product, or its package, run as a gateway. */
function runs(pack: ProductPack, argv: readonly string[]): boolean {
  const at = argv.indexOf('gateway');
  if (at < 1) return false;
  const parts = argv.slice(0, at).flatMap((word) => word.split(/[\\/]/).slice(1));
  return parts.some((part) => part.replace(/\.(mjs|cjs|js)$/, '') === pack.command);
}

function valueNamed(environment: Env, name: RegExp): string | undefined {
  const found = Object.keys(environment).find((key) => name.test(key) && environment[key]?.trim());
  return found === undefined ? undefined : environment[found]?.trim();
}
