import type { Issue } from '../../gen/output.gen.ts';

/** Who holds a port, as far as the system lets us see. */
export interface HolderInfo {
  pid?: number | undefined;
  command?: string | undefined;
  user?: string | undefined;
}

const NOBODY_KNOWN = 'a process that this account may not see';

/** `pid 4242 (node server.js, user ana)`, or that nobody may say. */
export function describeHolders(holders: HolderInfo[]): string {
  if (holders.length === 0) return NOBODY_KNOWN;
  return holders
    .map(({ pid, command, user }) => {
      const about = [command, user && `user ${user}`].filter(Boolean).join(', ');
      return `${pid === undefined ? NOBODY_KNOWN : `pid ${pid}`}${about ? ` (${about})` : ''}`;
    })
    .join(' and ');
}

/** Everything that is wrong in a file: one problem on the same line, several on lines of their own. */
export function issueText(file: string, issues: Issue[]): string {
  const [first] = issues;
  if (first && issues.length === 1) return where(file, first);
  return `${count(issues.length, 'problem')} in ${file}${issues.map((i) => `\n  ${where(file, i)}`).join('')}`;
}

const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;
const where = (file: string, { path, message, line, column }: Issue) =>
  `${file}${line === undefined ? '' : `:${line}:${column ?? 1}`}${path ? ` ${path}` : ''}: ${message}`;
