import { Problem } from '../errors/problem.ts';

declare const profileName: unique symbol;

/** A valid profile name. `default` is the unnamed profile. Case is kept; names are compared without it (sameProfile). */
export type ProfileName = string & { readonly [profileName]: true };

export const DEFAULT_PROFILE: ProfileName = 'default' as ProfileName;
export const DEV_PROFILE: ProfileName = 'dev' as ProfileName;
const MAX_LENGTH = 64;

/**
 * Parses a profile name (family rule: `^[a-z0-9][a-z0-9_-]{0,63}$`, any case; `default` in any case is the unnamed one).
 * @throws Problem PROFILE_NAME_INVALID, with its own reason for each way of being wrong.
 */
export function parseProfileName(text: string): ProfileName {
  const reason = whyInvalid(text);
  if (reason !== undefined) throw new Problem('PROFILE_NAME_INVALID', { name: clipped(text), reason });
  return (text.toLowerCase() === DEFAULT_PROFILE ? DEFAULT_PROFILE : text) as ProfileName;
}

/** True for a text that parseProfileName takes. */
export function isProfileName(text: string): boolean {
  return whyInvalid(text) === undefined;
}

/** True for two spellings of one profile: file systems and managers fold case, so names that differ only in it collide. */
export function sameProfile(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function whyInvalid(text: string): string | undefined {
  if (text === '') return 'is empty';
  if (text.trim() === '') return 'is blank';
  if (text.startsWith('-')) return 'starts with "-": is a value missing after --profile?';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is looked for
  if (/[\u0000-\u001f\u007f]/.test(text)) return 'contains a control character';
  if (/[/\\]/.test(text) || text.includes('..')) return 'looks like a path';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the ASCII range
  if (/[^\u0000-\u007f]/.test(text)) return 'contains a character outside ASCII';
  if (/\s/.test(text)) return 'contains white space';
  if (text.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters (${text.length})`;
  const first = text.charAt(0);
  if (!/[A-Za-z0-9]/.test(first)) return `starts with ${JSON.stringify(first)}, not with a letter or digit`;
  const bad = /[^A-Za-z0-9_-]/.exec(text)?.[0];
  return bad === undefined ? undefined : `contains ${JSON.stringify(bad)}`;
}

const clipped = (text: string) => (text.length > 80 ? `${text.slice(0, 80)}…` : text);
