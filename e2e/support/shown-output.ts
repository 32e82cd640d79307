import { userInfo } from 'node:os';

/** How the world in which a page is run differs from the machine that the page shows. */
export interface Setting {
  /** Instead of /home/you. */
  home: string;
  /** Instead of 18789 and what follows it. */
  firstPort: number;
}

const SHOWN_FIRST_PORT = 18_789;
const BLOCK = 2_400;
const PID = '42\\d\\d';
const TIME = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z';
const DATE = '\\d{4}-\\d\\d-\\d\\d';
const AMOUNT = '\\d+(?:\\.\\d+)?( ?)(?:ms|s|kB)\\b';
const TOKENS = new RegExp(`(${TIME})|(${DATE})|(\\b${AMOUNT})|(\\b${PID}\\b)|( {2,})|(…)`, 'g');

/** What a page says, in the terms of this world: its home, its ports, its account. */
export function translate(text: string, { home, firstPort }: Setting): string {
  return text
    .replaceAll('/home/you', home)
    .replaceAll('linger you', `linger ${home === '/home/you' ? 'you' : userInfo().username}`)
    .replaceAll(/\b\d{5}\b/g, (digits) => {
      const offset = Number(digits) - SHOWN_FIRST_PORT;
      return offset >= 0 && offset < BLOCK ? String(firstPort + offset) : digits;
    });
}

/** Pids that a page shows (4200 to 4299) and what they are here. The same number always means the same process. */
export class Pids {
  readonly #known = new Map<string, string>();

  /** A command line with its pids replaced. */
  inCommand(command: string): string {
    return command.replaceAll(new RegExp(`\\b${PID}\\b`, 'g'), (shown) => this.#known.get(shown) ?? shown);
  }

  /** A pattern for shown lines: from the first character, to the last one unless `open`. */
  pattern(lines: readonly string[], open = false): RegExp {
    const seen = new Set<string>();
    const line = (text: string) => {
      let pattern = '';
      let at = 0;
      for (const match of text.matchAll(TOKENS)) {
        const [token, time, date, amount, space, pid, gap] = match;
        pattern += literally(text.slice(at, match.index));
        at = match.index + token.length;
        if (time) pattern += TIME;
        else if (date) pattern += DATE;
        else if (amount) pattern += `\\d+(?:\\.\\d+)?${space}(?:ms|s|kB)`;
        else if (pid) pattern += this.#pid(pid, seen);
        else pattern += gap ? ' +' : '.*';
      }
      return pattern + literally(text.slice(at));
    };
    const body = trimmed(lines).map((text) => (text.trim() === '…' ? '(?:.*\\n)*?' : `${line(text)} *\\n`));
    return new RegExp(`^${body.join('')}${open ? '' : '$'}`);
  }

  /** Remembers the pids that a pattern found. Two numbers of a page are two processes. */
  learn(match: RegExpExecArray): void {
    for (const [name, value] of Object.entries(match.groups ?? {})) {
      const other = [...this.#known].find(([shown, pid]) => pid === value && shown !== name.slice(1));
      if (other) throw new Error(`the page shows two processes, ${other[0]} and ${name.slice(1)}, where there is one`);
      this.#known.set(name.slice(1), value);
    }
  }

  #pid(shown: string, seen: Set<string>): string {
    const known = this.#known.get(shown);
    if (known) return known;
    if (seen.has(shown)) return `\\k<p${shown}>`;
    seen.add(shown);
    return `(?<p${shown}>\\d+)`;
  }
}

/** Output as a page would show it: no empty lines at its end, and a line break after the last one. */
export function finished(output: string): string {
  const text = output.replace(/\s+$/, '');
  return text === '' ? '' : `${text}\n`;
}

const literally = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');

function trimmed(lines: readonly string[]): string[] {
  const copy = [...lines];
  while (copy.at(-1) === '') copy.pop();
  return copy;
}
