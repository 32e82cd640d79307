/**
 * Rows of a table drawn in text: cells between `|`, the first line names the columns, `-` and an empty cell are nothing.
 * Lines without `|` are headings for the reader.
 */
export function textTable<C extends string>(columns: readonly C[], text: string): Record<C, string>[] {
  const [header, ...lines] = text
    .split('\n')
    .filter((line) => line.includes('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  if (header?.join() !== columns.join()) throw new Error(`the table has the columns ${header?.join()}, not ${columns.join()}`);
  return lines.map((cells) => {
    if (cells.length !== columns.length) throw new Error(`a row has ${cells.length} cells: ${cells.join(' | ')}`);
    return Object.fromEntries(columns.map((name, i) => [name, cells[i] === '-' ? '' : cells[i]])) as Record<C, string>;
  });
}
