/** A TCP listener as ss(8) tells it. */
export interface SsListener {
  port: number;
  address: string;
  /** Missing for the sockets of other accounts. */
  pid?: number;
  command?: string;
}

/** Reads `ss -Hltnp`. `*` is any address, of either family. */
export function parseSs(text: string): SsListener[] {
  return text.split('\n').flatMap((line) => {
    const [state, , , local = '', , ...rest] = line.trim().split(/\s+/);
    const [, host = '', port] = /^\[?(.*?)\]?(?:%\S+?)?:(\d+)$/.exec(local) ?? [];
    if (state !== 'LISTEN' || port === undefined) return [];
    const [, command, pid] = /users:\(\("((?:[^"\\]|\\.)*)",pid=(\d+)/.exec(rest.join(' ')) ?? [];
    return [
      {
        port: Number(port),
        address: host.replace(/\]?%.*$/, ''),
        ...(pid === undefined ? {} : { pid: Number(pid) }),
        ...(command === undefined ? {} : { command }),
      },
    ];
  });
}
