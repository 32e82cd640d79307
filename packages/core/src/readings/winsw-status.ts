/** What `NAME.exe status` of WinSW 2.11 prints, the one of its texts that nobody translates. undefined for anything else. */
export function parseWinswStatus(stdout: string): 'missing' | 'running' | 'stopped' | undefined {
  // An unrelated line of the runtime may come before it.
  const said = stdout.trim().split(/\r?\n/).at(-1)?.trim() ?? '';
  switch (said) {
    case 'NonExistent':
      return 'missing';
    case 'Started':
      return 'running';
    case 'Stopped':
      return 'stopped';
    default:
      return undefined;
  }
}
