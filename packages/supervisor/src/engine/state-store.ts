import { mkdirSync } from 'node:fs';
import { parseState, renderState, type SupervisorState } from '@polygate/core/supervise';
import type { Host } from '@polygate/host';

/** A little after the first change, so that many changes at once are one write, and none stands in the way of a start. */
const SOON_MS = 20;
const APART_MS = 250;
const AFTER_FAILURE_MS = 5_000;

export interface StateStore {
  /** Something changed: it is written soon. */
  touch(): void;
  /** Writes what is the state now, and no more after it. */
  close(): Promise<void>;
}

export interface StateStoreOptions {
  host: Pick<Host, 'files' | 'clock'>;
  file: string;
  snapshot(): SupervisorState;
  /** It cannot be written. Told once, until it can again. */
  onFailure(reason: string): void;
}

/** What an earlier supervisor left; `lost` says why it is of no use. @throws Problem SUPERVISOR_STATE_FUTURE */
export async function readState(
  { files }: Pick<Host, 'files'>,
  file: string,
): Promise<{ state: SupervisorState | undefined; lost?: string }> {
  const text = await files.read(file);
  if (text === undefined) return { state: undefined };
  const parsed = parseState(text, file);
  return 'state' in parsed ? parsed : { state: undefined, lost: parsed.lost };
}

/** Makes a folder that is the account's alone. */
export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/** Keeps the state on disk: whole or not at all, and never in the way. */
export function openStateStore({ host, file, snapshot, onFailure }: StateStoreOptions): StateStore {
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let dirty = false;
  let closed = false;
  let failing = false;
  const write = async () => {
    dirty = false;
    try {
      await host.files.write(file, renderState(snapshot()), 0o600);
      failing = false;
    } catch (error) {
      dirty = true;
      if (!failing) onFailure((error as Error).message);
      failing = true;
    }
  };
  const schedule = (ms: number) => {
    timer ??= setTimeout(() => {
      timer = undefined;
      writing = write().then(() => {
        writing = undefined;
        if (dirty && !closed) schedule(failing ? AFTER_FAILURE_MS : APART_MS);
      });
    }, ms);
  };
  return {
    touch() {
      dirty = true;
      if (!writing && !closed) schedule(SOON_MS);
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await writing;
      await write();
    },
  };
}
