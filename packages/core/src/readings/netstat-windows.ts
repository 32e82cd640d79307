/** A TCP listener as netstat of Windows tells it. */
export interface NetstatListener {
  port: number;
  address: string;
  /** Missing where netstat has no such column (Wine 8). */
  pid?: number;
}

/**
 * Reads `netstat -ano -p TCP` (and TCPv6). The name of the state is in the language of the system: a listener is known by its
 * foreign address, which has the port 0.
 */
export function parseNetstatWindows(text: string): NetstatListener[] {
  return text.split('\n').flatMap((line) => {
    const [, host, port, pid] = /^\s*TCP\s+(\S+):(\d+)\s+\S+:0\s+\S.*?(?:\s(\d+))?\s*$/.exec(line) ?? [];
    if (host === undefined) return [];
    const address = host.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
    return [{ port: Number(port), address, ...(pid === undefined ? {} : { pid: Number(pid) }) }];
  });
}
