import { createHash } from 'node:crypto';
import type { Host } from '../ports.ts';
import { jsonText } from './json-file.ts';

/** How many good configs are kept. */
const KEPT = 5;
const FOLDER = 'config-history';
const MARKER = 'went-back.json';
/** Number, time, hash: a clock that jumps does not change their order. */
const NAME = /^(\d{6})-(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z)-([0-9a-f]{64})\.json5$/;

type HistoryHost = Pick<Host, 'files' | 'paths'>;

/** A config that a gateway came up with, and was well. */
export interface GoodConfig {
  file: string;
  hash: string;
  /** When it was first known to be good, milliseconds since 1970. */
  at: number;
}

/** A changed config did not come up, and the gateway went back to an earlier one by itself. */
export interface WentBackMark {
  at: number;
  reason: string;
  /** Where the config is that did not come up. */
  rejected: string;
  rejectedHash: string;
  /** Of the one that took its place. */
  hash: string;
}

export const configHash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Good configs of a state directory, the newest first. */
export async function goodConfigs({ files, paths }: HistoryHost, stateDir: string): Promise<GoodConfig[]> {
  const folder = paths.join(stateDir, FOLDER);
  const names = (await files.list(folder)).filter((name) => NAME.test(name)).sort();
  return names.reverse().map((name) => {
    const [, , time = '', hash = ''] = NAME.exec(name) as RegExpExecArray;
    return { file: paths.join(folder, name), hash, at: Date.parse(time.replace(/T(\d\d)-(\d\d)-/, 'T$1:$2:')) };
  });
}

/** The text of a good config; undefined when it is gone, or not what it was. */
export async function textOfGood({ files }: Pick<Host, 'files'>, { file, hash }: GoodConfig): Promise<string | undefined> {
  const text = await files.read(file).catch(() => undefined);
  return text !== undefined && configHash(text) === hash ? text : undefined;
}

/** Takes note of a config that a gateway is well with: it becomes the newest, and the oldest of more than five goes. */
export async function keepGoodConfig(host: HistoryHost, stateDir: string, text: string, now: number): Promise<void> {
  const { files, paths } = host;
  // Somebody deleted it under a gateway that runs: made anew for this alone, it would look as if it were there.
  if ((await files.stat(stateDir)) === undefined) return;
  const hash = configHash(text);
  const known = await goodConfigs(host, stateDir);
  const mark = await readWentBack(host, stateDir);
  if (mark && mark.hash !== hash) await files.remove(paths.join(stateDir, FOLDER, MARKER));
  if (known[0]?.hash === hash) return;
  const number = Number(NAME.exec(paths.basename(known[0]?.file ?? ''))?.[1] ?? 0) + 1;
  const time = new Date(now).toISOString().replaceAll(':', '-');
  await files.makeDir(paths.join(stateDir, FOLDER), 0o700);
  await files.write(paths.join(stateDir, FOLDER, `${String(number).padStart(6, '0')}-${time}-${hash}.json5`), text, 0o600);
  const others = known.filter((each) => each.hash !== hash);
  const outdated = [...known.filter((each) => each.hash === hash), ...others.slice(KEPT - 1)];
  for (const { file } of outdated) await files.remove(file);
}

export async function readWentBack({ files, paths }: HistoryHost, stateDir: string): Promise<WentBackMark | undefined> {
  const text = await files.read(paths.join(stateDir, FOLDER, MARKER)).catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const mark = JSON.parse(text) as Partial<WentBackMark>;
    const isMark = typeof mark.at === 'number' && typeof mark.rejected === 'string' && typeof mark.hash === 'string';
    return isMark
      ? ({ ...mark, reason: String(mark.reason), rejectedHash: String(mark.rejectedHash) } as WentBackMark)
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Puts a good config in the place of one that did not come up. That one is kept beside it, `.rejected-<time>`, and what was done
 * is written down. The config is never missing on the way.
 */
export async function putGoodBack(
  host: HistoryHost,
  { stateDir, configPath, good, text, reason, now }: PutBack,
): Promise<WentBackMark> {
  const { files, paths } = host;
  const bad = (await files.read(configPath)) ?? '';
  const rejected = `${configPath}.rejected-${new Date(now).toISOString().replaceAll(':', '-')}`;
  await files.write(rejected, bad, 0o600);
  const mark = { at: now, reason, rejected, rejectedHash: configHash(bad), hash: good.hash };
  await files.write(paths.join(stateDir, FOLDER, MARKER), jsonText(mark), 0o600);
  await files.write(configPath, text, 0o600);
  return mark;
}

export interface PutBack {
  stateDir: string;
  configPath: string;
  good: GoodConfig;
  /** Of the good one. */
  text: string;
  reason: string;
  now: number;
}
