/** One `Key=value` of a unit file. Keys may repeat; order matters. */
export interface UnitEntry {
  key: string;
  value: string;
}

export interface UnitSection {
  name: string;
  entries: UnitEntry[];
}

/** A unit file as systemd reads it: sections in order, comments gone, continued lines joined (systemd.syntax(7)). */
export type UnitFile = UnitSection[];

/**
 * Text of a unit file. Inverse of parseUnit for entries whose values have no line breaks, no blanks at their ends and no
 * backslash last (systemd would join the next line): such values are refused with a RangeError, as they are a bug here —
 * values from outside go through systemd-values.ts first.
 */
export function renderUnit(file: UnitFile): string {
  return file.map(({ name, entries }) => `[${name}]\n${entries.map(renderEntry).join('')}`).join('\n');
}

function renderEntry({ key, value }: UnitEntry): string {
  if (/[\r\n\0]/.test(value) || value !== value.trim() || value.endsWith('\\')) {
    throw new RangeError(`unit value of ${key} cannot be written as it is: ${JSON.stringify(value)}`);
  }
  return `${key}=${value}\n`;
}

/** Reads a unit file the way systemd does. Total: what systemd would ignore with a warning is left out here too. */
export function parseUnit(text: string): UnitFile {
  const sections: UnitSection[] = [];
  for (const line of logicalLines(text)) {
    const header = /^\[([^\][]+)\]$/.exec(line);
    if (header) {
      // systemd merges sections of one name; the first place counts.
      const name = header[1] as string;
      const existing = sections.find((s) => s.name === name);
      if (existing) sections.push(...sections.splice(sections.indexOf(existing), 1));
      else sections.push({ name, entries: [] });
      continue;
    }
    const at = line.indexOf('=');
    const section = sections.at(-1);
    if (at <= 0 || !section) continue;
    section.entries.push({ key: line.slice(0, at).trim(), value: line.slice(at + 1).trim() });
  }
  return sections;
}

function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let pending: string | undefined;
  for (const raw of text.split(/\r?\n/)) {
    const isComment = /^\s*[#;]/.test(raw);
    // A comment inside a continued value is skipped and the value goes on.
    if (isComment) continue;
    const line: string = pending === undefined ? raw.trim() : `${pending} ${raw.trim()}`;
    const continues = line.endsWith('\\');
    pending = continues ? line.slice(0, -1).trimEnd() : undefined;
    if (!continues && line !== '') lines.push(line);
  }
  if (pending) lines.push(pending);
  return lines;
}

/** Every value of a key, in order. An empty assignment resets the list, as in systemd. */
export function valuesAt(file: UnitFile, section: string, key: string): string[] {
  let values: string[] = [];
  for (const part of file) {
    if (part.name !== section) continue;
    for (const entry of part.entries) {
      if (entry.key !== key) continue;
      values = entry.value === '' ? [] : [...values, entry.value];
    }
  }
  return values;
}

/** The value that counts for a key that takes one: the last. */
export function valueAt(file: UnitFile, section: string, key: string): string | undefined {
  return valuesAt(file, section, key).at(-1);
}
