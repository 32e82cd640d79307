/** A line that is kept, goes or comes. */
interface Line {
  mark: ' ' | '-' | '+';
  text: string;
}

/**
 * The lines that differ between two texts, in order, `-` and `+` before them; unchanged ones are left out. Definitions and
 * configs are short: quadratic in their lines.
 */
export function lineDiff(before: string, after: string): string[] {
  const [a, b] = [before, after].map((text) => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))) as [string[], string[]];
  return common(a, b)
    .filter(({ mark }) => mark !== ' ')
    .map(({ mark, text }) => `${mark} ${text}`);
}

function common(a: readonly string[], b: readonly string[]): Line[] {
  // Length of the longest common rest from each pair of places.
  const rest = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const at = (i: number, j: number) => rest[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      (rest[i] as number[])[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ mark: ' ', text: a[i] as string });
      i += 1;
      j += 1;
    } else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ mark: '-', text: a[i] as string });
      i += 1;
    } else {
      lines.push({ mark: '+', text: b[j] as string });
      j += 1;
    }
  }
  return lines;
}
