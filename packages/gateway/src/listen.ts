import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Listens, on that address alone. @throws the error of listen (EADDRINUSE, EADDRNOTAVAIL, EACCES) */
export function listen(server: Server, { host, port }: { host: string; port: number }): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve(server.address() as AddressInfo);
    });
  });
}
