import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { World } from './world.ts';

/** crontab(1) as far as its first argument goes: a file in the home is what cron would read. */
const CRONTAB = `#!/bin/sh
file=$HOME/the-crontab
case $1 in
  -l) [ -f "$file" ] && exec cat "$file"; echo "no crontab for you" >&2; exit 1 ;;
  -r) exec rm "$file" ;;
  *) exec cp "$1" "$file" ;;
esac
`;

/** Puts a crontab command of this world's own on its PATH. Gives the way to read what it holds; undefined: nothing. */
export async function fakeCrontab(world: World): Promise<() => Promise<string | undefined>> {
  const directory = world.at('fake-bin');
  await mkdir(directory);
  await writeFile(path.join(directory, 'crontab'), CRONTAB);
  await chmod(path.join(directory, 'crontab'), 0o755);
  world.env.PATH = `${directory}:${world.env.PATH}`;
  return () => readFile(world.at('the-crontab'), 'utf8').catch(() => undefined);
}
