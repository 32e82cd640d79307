import type { Host } from '@polygate/host';

/** So many are kept: a page that is looked at every minute must not fill the disk. */
const MOST = 100;

interface Picture {
  profile: string;
  type: 'png' | 'jpeg';
  bytes: Uint8Array;
  /** Makes its name one that no other has. */
  unique: string;
}

/** Writes a picture of a page into the state directory, private; the oldest one goes where there are too many. Gives its path. */
export async function keepPicture(
  { files, paths, clock }: Pick<Host, 'files' | 'paths' | 'clock'>,
  stateDir: string,
  { profile, type, bytes, unique }: Picture,
): Promise<string> {
  const folder = paths.join(stateDir, 'media', 'browser');
  await files.makeDir(folder, 0o700);
  const at = new Date(clock.now()).toISOString().replaceAll(/[:.]/g, '-');
  const file = paths.join(folder, `${at}-${profile}-${unique}.${type === 'jpeg' ? 'jpg' : 'png'}`);
  await files.write(file, bytes, 0o600);
  // Their names begin with the time.
  const pictures = (await files.list(folder)).filter((each) => /^\d{4}-.*\.(png|jpg)$/.test(each)).sort();
  for (const old of pictures.slice(0, Math.max(0, pictures.length - MOST))) await files.remove(paths.join(folder, old));
  return file;
}
