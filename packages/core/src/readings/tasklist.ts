/** Reads `tasklist /FO CSV /NH`: the image name of each process. Lines that are no row (`INFO: …`) are skipped. */
export function parseTasklist(text: string): Map<number, string> {
  return new Map(
    text.split('\n').flatMap((line): [number, string][] => {
      const [, image, pid] = /^"([^"]*)","(\d+)",/.exec(line.trim()) ?? [];
      return image === undefined ? [] : [[Number(pid), image]];
    }),
  );
}
