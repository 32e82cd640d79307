/** A TCP listener as lsof(8) tells it. `*` is any address. */
export interface LsofListener {
  port: number;
  address: string;
  pid: number;
  command: string;
  user: string;
}

/** Reads `lsof -iTCP -sTCP:LISTEN -nP -FpcLn`: one field a line, p pid, c command, L user, n address; others are skipped. */
export function parseLsof(text: string): LsofListener[] {
  const listeners: LsofListener[] = [];
  let process = { pid: 0, command: '', user: '' };
  for (const line of text.split('\n')) {
    const value = line.slice(1);
    if (line.startsWith('p')) process = { pid: Number(value), command: '', user: '' };
    else if (line.startsWith('c')) process = { ...process, command: value };
    else if (line.startsWith('L')) process = { ...process, user: value };
    const [, address, port] = /^n\[?(.*?)\]?:(\d+)$/.exec(line) ?? [];
    if (address !== undefined) listeners.push({ ...process, address, port: Number(port) });
  }
  return listeners;
}
