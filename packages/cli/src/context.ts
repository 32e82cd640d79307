import { defaultProduct, isProblem } from '@polygate/core';
import {
  accountHome,
  type Host,
  nodeHost,
  type OpenInstance,
  openInstance,
  openWorld,
  refuseUnfinished,
  type Selection,
  type ServiceManager,
  type World,
} from '@polygate/host';
import type { Platform } from '@polygate/host/elsewhere';
import type { Globals } from './globals.ts';
import { streamOut } from './output/stdout.ts';
import { style } from './output/style.ts';
import { VERSION } from './version.ts';

/** What a command works with. The only thing that is injected; everything in it is made when first asked for. */
export interface Context {
  readonly host: Host;
  readonly globals: Globals;
  readonly version: string;
  /** The name this was called by. */
  readonly program: string;
  /** The command as the user would type it again, with product and profile. */
  readonly commandLine: string;
  readonly selection: Selection;
  /** There is a person at a terminal who can be asked. */
  readonly interactive: boolean;
  /** Values that must never be printed. */
  readonly secrets: Set<string>;
  /** Folders, packs and the ledger: read once, and again when `fresh` is asked for, which counts for all that follows. */
  world(options?: { fresh: boolean }): Promise<World>;
  /** The instance that is meant. `live`: what runs now counts (status, health, logs, call). */
  open(options: { live: boolean; port?: string | undefined }): Promise<OpenInstance>;
  /**
   * The same with nothing remembered, for another instance when one is named as `--product` and `--profile` would, and in
   * another environment than the caller's when one is given.
   */
  again(other?: { product: string; profile: string }, env?: Host['env']): Context;
  /** The same as another account would see it: its home, its instances. @throws Problem ACCOUNT_UNKNOWN */
  forAccount(account: string): Promise<Context>;
  /** The same on a machine of another platform, for what is only shown. */
  elsewhere(platform: Platform): Promise<Context>;
  /**
   * With nothing said, the one of this host: Polygate's own supervisor where it has no other. Of a machine that is only pictured,
   * the one of its platform. @throws Problem MANAGER_UNSUPPORTED
   */
  manager(wanted?: string): Promise<ServiceManager>;
  /** Something that the user should know though the command goes on: on stderr at once, and in the JSON as `warnings`. */
  warn(message: string): void;
  readonly warnings: readonly string[];
  /** One line about what is going on, for people: on stderr, never in the JSON. */
  progress(line: string): void;
  /** One line of a stream (logs, up): on stdout. */
  emit(line: string): void;
}

export interface ContextInput {
  program: string;
  /** The product that the name of the command alone means. */
  own: string | undefined;
  product: string;
  globals: Globals;
}

/** What contexts that come from one another have in common. */
interface Shared {
  host: Host;
  secrets: Set<string>;
  warnings: string[];
}

const newShared = (): Shared => ({ host: nodeHost(), secrets: new Set(), warnings: [] });

export function createContext(input: ContextInput, shared: Shared = newShared()): Context {
  const { program, own, product, globals } = input;
  const { host, secrets, warnings } = shared;
  let world: Promise<World> | undefined;
  const selection: Selection = { product, productFile: globals.productFile, profile: globals.profile, dev: globals.dev };
  const openTheWorld = ({ fresh } = { fresh: false }) => {
    if (fresh) world = undefined;
    world ??= openWorld(host, globals.productFile).then((opened) => {
      for (const warning of opened.warnings) if (!warnings.includes(warning)) warn(warning);
      return opened;
    });
    return world;
  };
  const builtin = async () => {
    const { builtinFor } = await import('./jobs/builtin.ts');
    return builtinFor(host, await openTheWorld());
  };
  const warn = (message: string) => {
    warnings.push(message);
    process.stderr.write(`${style('yellow', 'warning:')} ${message}\n`);
  };
  return {
    host,
    globals,
    version: VERSION,
    program,
    commandLine: commandLine({ program, own, product, globals }),
    selection,
    // Looked at when somebody is to be asked: opening stdin costs, and light commands ask nothing.
    get interactive() {
      return Boolean(process.stdin.isTTY && process.stdout.isTTY) && !host.env.CI && !globals.json;
    },
    secrets,
    world: openTheWorld,
    async open({ live, port }) {
      const theWorld = await openTheWorld();
      const opened = await openInstance(theWorld, { ...selection, port }, { live });
      refuseUnfinished(theWorld.unfinished, opened.instance.id);
      return opened;
    },
    again: (other, env) =>
      createContext(
        {
          ...{ program, own, product: other?.product ?? product },
          globals: other ? { ...globals, ...other, dev: false } : globals,
        },
        env ? { ...shared, host: { ...host, env } } : shared,
      ),
    forAccount: async (account) => {
      const { asAccount } = await import('@polygate/host/account');
      const owner = host.elsewhere?.asAccount?.(account) ?? (await asAccount(host, account));
      return createContext(input, { ...shared, host: owner });
    },
    async elsewhere(platform) {
      const { elsewhere } = await import('@polygate/host/elsewhere');
      return createContext(input, { ...shared, host: elsewhere(host, platform) });
    },
    async manager(wanted) {
      if (wanted === undefined && !host.elsewhere) return usualManager(host, builtin);
      if (wanted === 'builtin') return builtin();
      const { selectManager } = await import('@polygate/host/managers');
      return selectManager(host, accountHome(host), wanted);
    },
    warn,
    warnings,
    progress: (line) => process.stderr.write(`${line}\n`),
    emit: (line) => streamOut(`${line}\n`),
  };
}

/** The manager of this platform; where it has none that can serve, Polygate's own supervisor. */
async function usualManager(host: Host, builtin: () => Promise<ServiceManager>): Promise<ServiceManager> {
  const { selectManager } = await import('@polygate/host/managers');
  try {
    const manager = await selectManager(host, accountHome(host));
    if (!isProblem(await manager.detect(), 'MANAGER_MISSING')) return manager;
  } catch (error) {
    if (!isProblem(error, 'MANAGER_MISSING')) throw error;
  }
  return builtin();
}

function commandLine({ program, own, product, globals }: ContextInput): string {
  const parts = [program];
  if (globals.product !== undefined || product !== (own ?? defaultProduct)) parts.push('--product', product);
  if (globals.profile !== undefined) parts.push('--profile', globals.profile);
  if (globals.dev) parts.push('--dev');
  return parts.join(' ');
}
