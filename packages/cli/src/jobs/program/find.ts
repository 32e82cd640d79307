import { Problem, type ProductPack } from '@polygate/core';
import { readLauncher } from '@polygate/core/launcher';
import { isVersionedPath } from '@polygate/core/service';
import type { Host } from '@polygate/host';
import { programsOnPath, searchPath } from '@polygate/host/on-path';
import { launchOf } from '../launch.ts';

const ASK_MS = 20_000;

/** Polygate itself: a launcher that `link` wrote, or a command that this installation brings. It runs no gateway of others. */
export async function isPolygate(host: Host, program: string): Promise<boolean> {
  const { files } = host;
  // A launcher is a few lines; a program of megabytes is not read for its name.
  const small = ((await files.stat(program).catch(() => undefined))?.size ?? 0) < 8192;
  const text = small ? await files.read(program).catch(() => undefined) : undefined;
  return (text !== undefined && readLauncher(text) !== undefined) || isOwnCommand(host, program);
}

/** One of the commands that this installation brings itself. */
export async function isOwnCommand(host: Host, program: string): Promise<boolean> {
  const { files, paths } = host;
  const folder = async (file: string) => paths.dirname(await files.canonical(file));
  return (await folder(program)) === (await folder(launchOf({ host, version: '' }).entry));
}

/** The programs of this name on PATH, without Polygate's own. */
export async function foreignOnPath(host: Host, name: string): Promise<string[]> {
  const found = await programsOnPath(host, name);
  const own = await Promise.all(found.map((program) => isPolygate(host, program)));
  return found.filter((_, i) => !own[i]);
}

/**
 * The product's own command where it is really installed: on PATH, or in npm's global folder. Of several names for one file the
 * first that no upgrade takes away. @throws Problem PROGRAM_NOT_FOUND, or PROGRAM_PATH_VERSIONED when every name is that of one version
 */
export async function findProgram(host: Host, { command }: ProductPack): Promise<string> {
  const onPath = await foreignOnPath(host, command);
  const [first] = onPath;
  if (first !== undefined && !isVersionedPath(first)) return first;
  const prefix = await npmPrefix(host);
  const inPrefix = prefix === undefined ? [] : [host.paths.join(prefix, host.platform === 'win32' ? '' : 'bin')];
  const global = await foreignOnPath({ ...host, env: { ...host.env, PATH: inPrefix.join() } }, command);
  const all = [...new Set([...onPath, ...global])];
  const [best] = all;
  if (best === undefined) {
    const looked = [...searchPath(host), ...inPrefix].join(', ');
    throw new Problem('PROGRAM_NOT_FOUND', { program: command, looked: looked || 'an empty PATH' });
  }
  const meant = await host.files.canonical(best);
  const real = await Promise.all(all.map((path) => host.files.canonical(path)));
  const stable = all.find((path, i) => real[i] === meant && !isVersionedPath(path));
  if (stable === undefined) throw new Problem('PROGRAM_PATH_VERSIONED', { program: command, path: best });
  return stable;
}

/** Where `npm install -g` puts programs; undefined without npm. */
async function npmPrefix(host: Host): Promise<string | undefined> {
  const [npm] = await programsOnPath(host, 'npm');
  if (npm === undefined) return undefined;
  const { code, stdout } = await host.processes.query([npm, 'prefix', '-g'], { timeoutMs: ASK_MS });
  const said = stdout.trim();
  return code === 0 && host.paths.isAbsolute(said) ? said : undefined;
}
