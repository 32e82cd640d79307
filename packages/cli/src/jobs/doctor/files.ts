import { describeHolders, type Issue, isLoopback, ownBrowserProfile, pick, portAt, resolveAccess } from '@polygate/core';
import type { ConfigFacts, LedgerFacts, StateFacts } from '@polygate/core/doctor';
import { isReference } from '@polygate/core/isolation';
import { findEntry, type Listener, ledgerPath, readLedger, staleLocks } from '@polygate/host';
import { lifeOf } from '../ports/life.ts';
import { shownListener } from '../ports/listeners.ts';
import { type Subject, told } from './subject.ts';

const GUESSABLE = /^(change-?me|password|secret|token|test|admin|default|example|your[-_ ].*|(.)\2*|1234\d*|abc\w{0,3})$/i;
const TEMPORARY = /^\..+\.(\d+)\.\w+$/;
/** More log files than anybody keeps. */
const MOST_LOGS = 1_000;

export async function configFacts({ opened, service }: Subject): Promise<ConfigFacts> {
  const { config, instance } = opened;
  const access = resolveAccess(instance.pack, {}, {}, config.parsed);
  const secret = access.secret?.value;
  const text = ({ path, message, line }: Issue) => `${line === undefined ? '' : `line ${line}: `}${path} ${message}`.trim();
  const known = new Set(config.includes.map(text));
  return {
    exists: config.exists,
    unreadable: config.unreadable?.message,
    errors: config.errors.map(text),
    unknownKeys: config.warnings.map(text).filter((one) => !known.has(one)),
    includes: [...known],
    legacyName: instance.pack.legacyConfigFiles?.some((name) => config.path.endsWith(`/${name}`)) === true,
    mode: pick(config.parsed, 'gateway.mode') as string | undefined,
    auth:
      secret === undefined
        ? undefined
        : { kind: access.authMode, length: secret.length, reference: isReference(secret), guessable: GUESSABLE.test(secret) },
    authElsewhere: service?.isSealed === true || Object.keys(service?.secrets ?? {}).length > 0,
    beyondLoopback: access.bind.value !== 'loopback' && !(access.bind.value === 'custom' && isLoopback(access.customHost ?? '')),
  };
}

export async function stateFacts({ context, opened }: Subject): Promise<StateFacts> {
  const { host } = context;
  const { files, paths, users } = host;
  const { instance, config } = opened;
  const stateDir = instance.stateDir.value;
  const [found, { unfinished, folders }, room] = await Promise.all([files.stat(stateDir), context.world(), files.room(stateDir)]);
  const life = await lifeOf(context, opened);
  const logsPath = paths.join(stateDir, 'logs');
  const places = [...new Set([stateDir, paths.dirname(config.path), paths.dirname(opened.settingsFile), folders.data])];
  const mayWrite = found !== undefined && (users.uid <= 0 || (found.mode & (found.uid === users.uid ? 0o200 : 0o022)) !== 0);
  return {
    exists: found !== undefined,
    kind: found?.kind,
    writable: mayWrite,
    keptBy: life.state === 'kept' ? { ...keeper(life.by), serviced: life.serviced } : undefined,
    readOnly: room?.readOnly ?? false,
    freeBytes: room?.freeBytes,
    staleLocks: await staleLocks(host, stateDir, config.path),
    leftovers: (await Promise.all(places.map((place) => leftoversIn(host, place)))).flat(),
    unfinished: unfinished?.concerns.some((id) => id.toLowerCase() === instance.id.toLowerCase())
      ? { title: unfinished.title, command: unfinished.command }
      : undefined,
    logsBytes: await bytesIn(host, logsPath),
    logsPath,
    workspace: {
      path: instance.workspace.value,
      exists: (await files.stat(instance.workspace.value).catch(() => undefined)) !== undefined,
    },
  };
}

const keeper = (by: Listener) => ({ holder: describeHolders([shownListener(by)]), pid: by.pid, port: by.port });

/** Temporary files whose writer is gone. */
async function leftoversIn({ files, paths, processes }: Subject['context']['host'], folder: string): Promise<string[]> {
  const looked = (await files.list(folder)).map(async (name) => {
    const pid = TEMPORARY.exec(name)?.[1];
    return pid !== undefined && (await processes.info(Number(pid))) === undefined ? [paths.join(folder, name)] : [];
  });
  return (await Promise.all(looked)).flat().sort();
}

async function bytesIn({ files, paths }: Subject['context']['host'], folder: string): Promise<number> {
  const names = (await files.list(folder)).slice(0, MOST_LOGS);
  const sizes = await Promise.all(
    names.map(async (name) => (await files.stat(paths.join(folder, name)).catch(() => undefined))?.size ?? 0),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

export async function ledgerFacts({ asked, context, opened }: Subject): Promise<LedgerFacts> {
  const { host } = context;
  const { folders } = await context.world();
  const { instance, canonicalStateDir, config } = opened;
  const file = await readLedger(host, folders);
  const entry = file.state === 'read' ? findEntry(file.ledger, instance.pack.id, canonicalStateDir) : undefined;
  const profiles = pick(config.parsed, 'browser.profiles');
  const names = typeof profiles === 'object' && profiles !== null ? Object.keys(profiles) : [];
  return {
    path: ledgerPath(host, folders),
    damage: 'problem' in file ? told(asked, file.problem) : undefined,
    isRecorded: file.state === 'read',
    entry: entry && { port: entry.port, leases: { ...entry.cdp } as Record<string, number> },
    configured: Object.fromEntries(
      [ownBrowserProfile(instance.pack), ...names].map((name) => [
        name,
        portAt(config.parsed, `browser.profiles.${name}.cdpPort`) ?? 0,
      ]),
    ),
    stateDirGone: (await lifeOf(context, opened)).state === 'gone',
  };
}
