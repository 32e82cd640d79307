import { Problem } from '../errors/problem.ts';

/** The line of an account's crontab that starts the services of a supervisor when the machine starts. */
export interface BootLine {
  /** Stands at the end of the line: which line it is, whatever else changes. Names the supervisor's state folder. */
  marker: string;
  line: string;
}

/**
 * `@reboot` with a command line, for crontab(5): a `%` would be a line break, and the variables that a supervisor is found by
 * come along, since cron gives it none. What it has to say of a failure stays on stderr, which cron mails.
 * @throws Problem VALUE_UNQUOTABLE
 */
export function bootLine(argv: readonly string[], env: Readonly<Record<string, string>>, stateFolder: string): BootLine {
  const marker = `# polygate: starts what is installed (${stateFolder})`;
  const words = [...Object.entries(env).map(([name, value]) => `${name}=${quote(value)}`), ...argv.map(quote)];
  const escaped = (text: string) => text.replaceAll('%', String.raw`\%`);
  return { marker: escaped(marker), line: `@reboot ${escaped(`${words.join(' ')} >/dev/null ${marker}`)}` };
}

export const hasBootLine = (crontab: string, { line }: BootLine): boolean => crontab.split('\n').includes(line);

/** The crontab with this line in the place of an older one of the same marker, else at its end. Every other line stays as it is. */
export function withBootLine(crontab: string, boot: BootLine): string {
  const lines = crontab.split('\n');
  const at = lines.findIndex((line) => line.endsWith(boot.marker));
  if (at >= 0) return lines.map((line, i) => (i === at ? boot.line : line)).join('\n');
  return `${crontab}${crontab === '' || crontab.endsWith('\n') ? '' : '\n'}${boot.line}\n`;
}

/** The crontab without it. */
export function withoutBootLine(crontab: string, { marker }: BootLine): string {
  return crontab
    .split('\n')
    .filter((line) => !line.endsWith(marker))
    .join('\n');
}

/** One word for sh(1). */
function quote(word: string): string {
  if (/[\r\n\0]/.test(word)) {
    throw new Problem('VALUE_UNQUOTABLE', { what: JSON.stringify(word), reason: 'it contains a line break or NUL' });
  }
  return /^[\w@+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
