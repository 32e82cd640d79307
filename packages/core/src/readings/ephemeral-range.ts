/** Ports from which a system takes those of outgoing connections, both ends included. */
export interface PortRange {
  first: number;
  last: number;
}

/** Two numbers, whatever stands between: /proc/sys/net/ipv4/ip_local_port_range, and `sysctl -n` of two names (one a line). */
export function parsePortRange(text: string): PortRange | undefined {
  const [first, last, ...more] = text.trim().split(/\s+/).map(Number);
  return more.length === 0 ? rangeOf(first, last) : undefined;
}

/**
 * `netsh int ipv4 show dynamicport tcp`: start and number of ports. The words are in the language of the system, so only the
 * numbers after the colons are read.
 */
export function parseDynamicPort(text: string): PortRange | undefined {
  const [start, count] = [...text.matchAll(/[:：]\s*(\d+)\s*$/gm)].map(([, digits]) => Number(digits));
  return start === undefined || count === undefined ? undefined : rangeOf(start, start + count - 1);
}

function rangeOf(first: number | undefined, last: number | undefined): PortRange | undefined {
  const isPort = (port: number | undefined): port is number => Number.isInteger(port) && (port as number) > 0;
  return isPort(first) && isPort(last) && first <= last && last <= 65_535 ? { first, last } : undefined;
}
