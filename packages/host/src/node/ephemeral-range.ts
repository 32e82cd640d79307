import { type PortRange, parseDynamicPort, parsePortRange } from '@polygate/core/listeners';
import { systemProgram } from '@polygate/core/windows';
import type { Processes } from '../ports.ts';
import { readProc } from './procfs.ts';

/** The range from which the system takes ports for outgoing connections; undefined when it does not say. */
export async function readEphemeralRange(processes: Processes, platform: NodeJS.Platform): Promise<PortRange | undefined> {
  if (platform === 'linux') return parsePortRange(readProc('sys/net/ipv4/ip_local_port_range') ?? '');
  if (platform === 'win32') {
    return parseDynamicPort(
      (await processes.query([systemProgram(process.env, 'netsh'), 'int', 'ipv4', 'show', 'dynamicport', 'tcp'])).stdout,
    );
  }
  const names = ['net.inet.ip.portrange.first', 'net.inet.ip.portrange.last'];
  return parsePortRange((await processes.query(['sysctl', '-n', ...names])).stdout);
}
