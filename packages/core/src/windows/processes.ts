/** A process as Win32_Process tells it. */
export interface Win32Process {
  pid: number;
  ppid: number;
  /** Its start in units of 100 ns since the year 1: with the pid it names this very process. */
  startTicks: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  /** Empty for a process of another account. */
  command: string;
}

/** The variable that has the pids to ask for: nothing is ever put into the text of a script. */
export const PIDS_VARIABLE = 'POLYGATE_PIDS';

/**
 * Asks for the processes of the pids in POLYGATE_PIDS and for their children. A line each, whatever the language of the system.
 * Types and methods are those that a constrained PowerShell has, too.
 */
export const PROCESSES_SCRIPT: string = [
  'try { [Console]::OutputEncoding = New-Object System.Text.UTF8Encoding $false } catch {}',
  `$pids = $env:${PIDS_VARIABLE} -split ','`,
  "$own = ($pids | ForEach-Object { 'ProcessId=' + $_ + ' OR ParentProcessId=' + $_ }) -join ' OR '",
  'Get-CimInstance -ClassName Win32_Process -Filter $own | Where-Object { $_.CreationDate } | ForEach-Object {',
  '  \'\' + $_.ProcessId + "`t" + $_.ParentProcessId + "`t" + $_.CreationDate.ToUniversalTime().Ticks + "`t" + ($_.CommandLine -replace \'\\s+\', \' \')',
  '}',
].join('\n');

/** Reads what the script printed. */
export function parseWin32Processes(text: string): Win32Process[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, pid, ppid, startTicks, command = ''] = /^(\d+)\t(\d+)\t(\d+)\t(.*)$/.exec(line) ?? [];
    if (pid === undefined || ppid === undefined || startTicks === undefined) return [];
    const startedAt = Number((BigInt(startTicks) - TICKS_AT_1970) / TICKS_PER_MS);
    return [{ pid: Number(pid), ppid: Number(ppid), startTicks, startedAt, command: command.trim() }];
  });
}

/**
 * What a process has started, and what those have, so far as they still run: Windows keeps the number of a parent that has ended, so that one with a
 * lower start is somebody else's.
 */
export function descendantsOf(all: readonly Win32Process[], root: Pick<Win32Process, 'pid' | 'startTicks'>): Win32Process[] {
  const children = all.filter(({ pid, ppid, startTicks }) => {
    return ppid === root.pid && pid !== root.pid && BigInt(startTicks) >= BigInt(root.startTicks);
  });
  return children.flatMap((child) => [child, ...descendantsOf(all, child)]);
}

const TICKS_AT_1970 = 621_355_968_000_000_000n;
const TICKS_PER_MS = 10_000n;
