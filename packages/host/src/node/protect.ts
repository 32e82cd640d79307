import { systemProgram } from '@polygate/core/windows';
import type { Host } from '../ports.ts';

/** SYSTEM and Administrators by their numbers: their names are in the language of the system. */
const ALWAYS = ['S-1-5-18', 'S-1-5-32-544'];

/**
 * Lets nobody but this account, SYSTEM and Administrators into a folder and what will be in it: what mode 0700 is elsewhere, and
 * modes mean nothing on Windows. Gives why not, where that failed (a file system without access lists).
 */
export async function protectFolder({ processes, env, users }: Host, folder: string): Promise<string | undefined> {
  const { stdout } = await processes.query([systemProgram(env, 'whoami'), '/user', '/fo', 'csv', '/nh']);
  const sid = /"(S-1-[\d-]+)"/.exec(stdout)?.[1];
  const who = [sid === undefined ? users.name : `*${sid}`, ...ALWAYS.map((id) => `*${id}`)];
  const {
    code,
    stderr,
    stdout: said,
    failure,
  } = await processes.run([
    systemProgram(env, 'icacls'),
    folder,
    ...['/inheritance:r', '/grant:r', ...who.map((one) => `${one}:(OI)(CI)F`)],
  ]);
  if (code === 0) return undefined;
  return failure ?? `icacls ended with ${code}: ${(stderr || said).trim().split(/\r?\n/, 1)[0] ?? ''}`;
}
