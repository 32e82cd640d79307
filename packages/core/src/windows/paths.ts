/**
 * Why a path cannot be a place of an instance on Windows; undefined when it can. `room` is what has to fit behind it, in
 * characters. The rules of NTFS and of the Win32 layer above it (Naming Files, Paths, and Namespaces), which Wine does not know.
 */
export function windowsPathIssue(path: string, room = 0): string | undefined {
  if (/^[\\/]{2}[.?][\\/]/.test(path)) return 'it is a name of the device namespace';
  if (/^[\\/]{2}/.test(path)) return 'it is on a network share: locks and access rights there are not those of this machine';
  if (!/^[A-Za-z]:[\\/]/.test(path)) return 'it is not a full path with a drive letter';
  if (path.length + room > MAX_PATH) {
    return `it is too long: ${path.length} characters, and ${room} more are needed of the ${MAX_PATH} that Windows allows`;
  }
  for (const part of path.slice(3).split(/[\\/]/)) {
    const issue = partIssue(part);
    if (issue !== undefined) return `${JSON.stringify(part)} in it ${issue}`;
  }
  return undefined;
}

/** MAX_PATH without its final NUL. Longer ones need an opt-in of the system that not every program has. */
const MAX_PATH = 259;

function partIssue(part: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is meant
  const bad = /[<>:"|?*\u0000-\u001f]/.exec(part)?.[0];
  if (bad !== undefined) return `has a character that Windows does not allow in a name: ${JSON.stringify(bad)}`;
  if (part.length > 1 && /[. ]$/.test(part) && part !== '..') return 'ends with a dot or a blank, which Windows drops';
  if (RESERVED.test(part)) return 'is the name of a device';
  return undefined;
}

/** With any ending, too: `nul.txt` is nul. Superscript digits count as digits. */
const RESERVED = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])(\s*\..*)?$/i;
