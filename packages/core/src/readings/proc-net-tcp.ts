/** A listening TCP socket of /proc/net/tcp or tcp6 (proc(5)). */
export interface ListeningSocket {
  address: string;
  port: number;
  inode: string;
  uid: number;
}

/** The state, which no other column of a line can look like. */
const LISTEN = ' 0A ';

/** The listeners in the text of /proc/net/tcp or /proc/net/tcp6. Lines that cannot be read are skipped. */
export function parseProcNetTcp(text: string): ListeningSocket[] {
  const found: ListeningSocket[] = [];
  // Of thousands of lines on a busy machine a few are listeners: only those are looked at.
  for (let at = text.indexOf(LISTEN); at !== -1; at = text.indexOf(LISTEN, at + 1)) {
    const end = text.indexOf('\n', at);
    const socket = parseLine(text.slice(text.lastIndexOf('\n', at) + 1, end === -1 ? undefined : end));
    if (socket) found.push(socket);
  }
  return found;
}

function parseLine(line: string): ListeningSocket | undefined {
  const [, local, , , , , , uid, , inode] = line.trim().split(/\s+/);
  if (!local || !inode || uid === undefined) return undefined;
  const [host = '', port = ''] = local.split(':');
  return { address: parseAddress(host), port: Number.parseInt(port, 16), inode, uid: Number(uid) };
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
