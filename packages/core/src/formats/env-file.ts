import { Problem } from '../errors/problem.ts';

/** Text of an environment file that systemd (EnvironmentFile=) and a POSIX shell read alike. */
export function renderEnvFile(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => {
      if (/[\r\n\0]/.test(value)) {
        throw new Problem('VALUE_UNQUOTABLE', { what: `the value of ${name}`, reason: 'it contains a line break or NUL' });
      }
      return `${name}="${value.replaceAll(/["\\$`]/g, '\\$&')}"\n`;
    })
    .join('');
}

/** Inverse of renderEnvFile; also reads plain and single-quoted values. Comments and lines without "=" are skipped. */
export function parseEnvFile(text: string): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    // s: a dot takes U+2028 and its like too.
    const match = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(line);
    if (match) variables[match[1] as string] = unquote((match[2] as string).trim());
  }
  return variables;
}

function unquote(value: string): string {
  if (value.length >= 2 && value.startsWith('"') && value.endsWith('"')) {
    return value.slice(1, -1).replaceAll(/\\(["\\$`])/g, '$1');
  }
  if (value.length >= 2 && value.startsWith("'") && value.endsWith("'")) return value.slice(1, -1).replaceAll("'\\''", "'");
  return value;
}
