import { networkInterfaces } from 'node:os';

/** The address of this machine in a tailnet; undefined when it is in none. Tailscale hands out 100.64.0.0/10 (RFC 6598). */
export function tailnetAddress(): string | undefined {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.find(({ address }) => /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./.test(address))?.address;
}
