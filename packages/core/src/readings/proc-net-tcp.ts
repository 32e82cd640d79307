/** A listening TCP socket of /proc/net/tcp or tcp6 (proc(5)). */
export interface ListeningSocket {
  address: string;
  port: number;
  inode: string;
  uid: number;
}

const LISTEN = '0A';

/** The listeners in the text of /proc/net/tcp or /proc/net/tcp6. Lines that cannot be read are skipped. */
export function parseProcNetTcp(text: string): ListeningSocket[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [, local, , state, , , , uid, , inode] = line.trim().split(/\s+/);
      if (state !== LISTEN || !local || !inode || uid === undefined) return [];
      const [host = '', port = ''] = local.split(':');
      return [{ address: parseAddress(host), port: Number.parseInt(port, 16), inode, uid: Number(uid) }];
    });
}

// Addresses are 32-bit words in host byte order; every machine that Node runs Linux on here is little-endian.
function parseAddress(hex: string): string {
  const words = (hex.match(/.{8}/g) ?? []).map((word) => (word.match(/../g) ?? []).reverse().map((b) => Number.parseInt(b, 16)));
  const bytes = words.flat();
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.every((b) => b === 0)) return '::';
  if (bytes.slice(0, 15).every((b) => b === 0) && bytes[15] === 1) return '::1';
  if (bytes.slice(0, 10).every((b) => b === 0) && bytes[10] === 255 && bytes[11] === 255) return bytes.slice(12).join('.');
  return Array.from({ length: 8 }, (_, i) => (((bytes[i * 2] ?? 0) << 8) | (bytes[i * 2 + 1] ?? 0)).toString(16)).join(':');
}
