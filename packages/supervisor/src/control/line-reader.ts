const NEWLINE = 0x0a;

/**
 * Lines out of the chunks of a stream, without more than `maxBytes` of one kept. `tooLong` is told once; what follows is
 * dropped, as nobody can tell where the next line would begin.
 */
export function lineReader(maxBytes: number, take: (line: string) => void, tooLong: () => void): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let size = 0;
  let over = false;
  return (chunk) => {
    let from = 0;
    while (!over) {
      const at = chunk.indexOf(NEWLINE, from);
      const part = chunk.subarray(from, at < 0 ? undefined : at);
      size += part.length;
      if (size > maxBytes) {
        over = true;
        parts = [];
        tooLong();
        return;
      }
      parts.push(part);
      if (at < 0) return;
      const line = Buffer.concat(parts).toString('utf8');
      parts = [];
      size = 0;
      from = at + 1;
      if (line.trim() !== '') take(line);
    }
  };
}
