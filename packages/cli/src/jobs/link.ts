import { Problem, type Step } from '@polygate/core';
import { type Launcher, readLauncher, renderCmdLauncher, renderShLauncher } from '@polygate/core/launcher';
import { packOf } from '@polygate/host';
import { searchPath } from '@polygate/host/on-path';
import type { Context } from '../context.ts';
import { launchOf } from './launch.ts';
import { foreignOnPath, isOwnCommand } from './program/find.ts';

export interface LinkOptions {
  /** Id of a product, or the name of its command. */
  product: string;
  dir: string | undefined;
  /** Also where another program of that name is on PATH. */
  force: boolean;
  remove: boolean;
}

/** A launcher as it is wanted, and what is there. */
export interface LinkPlan {
  result: 'linked' | 'up-to-date' | 'removed' | 'not-linked';
  product: string;
  name: string;
  path: string;
  launcher: Launcher;
  /** Other programs of that name on PATH, the first one first. */
  others: string[];
  /** The shell finds the launcher under its name. */
  onPath: boolean;
  steps: Step[];
}

/** What `link` would do. Reads only. @throws Problem COMMAND_TAKEN, PRODUCT_UNKNOWN or VALUE_UNQUOTABLE */
export async function planLink(context: Context, { product, dir, force, remove }: LinkOptions): Promise<LinkPlan> {
  const { host } = context;
  const { files, paths, platform, cwd } = host;
  const pack = packOf(await context.world(), product);
  const name = pack.command;
  const folder = dir === undefined ? await defaultFolder(context) : paths.resolve(cwd, dir);
  const path = paths.join(folder, platform === 'win32' ? `${name}.cmd` : name);
  const { node, entry } = launchOf(context);
  const launcher: Launcher = { name, node, entry };

  const there = await files.read(path);
  if (there !== undefined && readLauncher(there)?.name !== name) {
    if (!(await isOwnCommand(host, path))) throw new Problem('COMMAND_TAKEN', { name, path, inPlace: true });
  }
  const base = { product: pack.id, name, path, launcher, onPath: searchPath(host).includes(paths.normalize(folder)) };
  if (remove) {
    const steps: Step[] = there === undefined ? [] : [{ do: 'remove', path }];
    return { ...base, result: there === undefined ? 'not-linked' : 'removed', others: [], steps };
  }
  const others = (await foreignOnPath(host, name)).filter((program) => program !== path);
  if (others[0] !== undefined && !force) throw new Problem('COMMAND_TAKEN', { name, path: others[0], inPlace: false });
  const content =
    platform === 'win32' ? renderCmdLauncher(launcher, (to) => paths.relative(folder, to)) : renderShLauncher(launcher);
  const steps: Step[] = there === content ? [] : [{ do: 'write', path, mode: 0o755, content }];
  return { ...base, result: steps.length > 0 ? 'linked' : 'up-to-date', others, steps };
}

/** Where an account's own programs lie: ~/.local/bin, as the XDG base directories say; on Windows Polygate's own folder. */
async function defaultFolder(context: Context): Promise<string> {
  const { folders, home } = await context.world();
  const { paths, platform } = context.host;
  return platform === 'win32' ? paths.join(folders.data, 'bin') : paths.join(home, '.local', 'bin');
}
