/**
 * What systemd finds wrong with a unit that it cannot read, in one line, from what `systemd-analyze verify` prints on stderr (252);
 * undefined when it says nothing of it.
 */
export function systemdComplaint(stderr: string, { unit, path }: { unit: string; path: string }): string | undefined {
  for (const line of stderr.split('\n')) {
    if (line.startsWith(`${path}:`)) return line.slice(path.length + 1).replace(/^(\d+): /, 'line $1: ');
    if (line.startsWith(`${unit}: `)) return line.slice(unit.length + 2).replace(/ Refusing\.$/, '');
  }
  return undefined;
}
