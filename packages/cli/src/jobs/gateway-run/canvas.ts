import { absolute, canvasOff, canvasPortOf, pick, textAt } from '@polygate/core';
import type { CanvasOptions } from '@polygate/gateway';
import { accountHome, type CheckedInstance, type Host } from '@polygate/host';
import { servedFiles } from '@polygate/host/served-files';

const PAGE = 'index.html';

interface Options {
  instance: CheckedInstance['instance'];
  /** The config that counts, of any shape. */
  config: unknown;
  /** It runs without a config, and then writes nothing that nobody asked for. */
  writesNothing: boolean;
}

/** The canvas of a gateway; undefined where it is switched off. @throws Problem PORT_INVALID for a variable that is none */
export function canvasOf(host: Host, { instance, config, writesNothing }: Options): CanvasOptions | undefined {
  const { pack, identity, port } = instance;
  const input = { pack, env: identity.env, config };
  if (canvasOff(input)) return undefined;
  const root = rootOf(host, instance, config);
  return {
    files: servedFiles(root),
    port: canvasPortOf(input, port.value),
    liveReload: pick(config, 'canvasHost.liveReload') !== false,
    prepare: () => (writesNothing ? Promise.resolve() : prepare(host, root)),
  };
}

/** `canvasHost.root`, else `canvas` in the workspace. */
function rootOf(host: Host, { workspace }: CheckedInstance['instance'], config: unknown): string {
  const { paths, cwd } = host;
  const at = (path: string) => absolute(paths, accountHome(host), cwd, path);
  const said = textAt(config, 'canvasHost.root');
  if (said !== undefined) return at(said);
  return paths.join(at(textAt(config, 'agents.defaults.workspace') ?? workspace.value), 'canvas');
}

/** Makes the directory, and a page in it where it is empty: what is there already is nobody's but its owner's. */
async function prepare({ files, paths }: Host, root: string): Promise<void> {
  if (await files.stat(root)) return;
  await files.makeDir(root, 0o700);
  const { canvasPage } = await import('@polygate/gateway/canvas-page');
  await files.write(paths.join(root, PAGE), canvasPage, 0o600);
}
