import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

// Linux's /proc is made by the kernel when it is read: nothing waits for a disk, and a read on the spot costs a tenth of
// one that goes through Node's thread pool. Whatever may vanish while one looks reads as undefined.

export function readProc(file: string): string | undefined {
  return orUndefined(() => readFileSync(`/proc/${file}`, 'utf8'));
}

export function listProc(directory: string): string[] {
  return orUndefined(() => readdirSync(`/proc/${directory}`)) ?? [];
}

export function readProcLink(file: string): string | undefined {
  return orUndefined(() => readlinkSync(`/proc/${file}`));
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
