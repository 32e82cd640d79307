/** The address of a browser without what is secret in it: a name and password, and everything after the "?". */
export function shownCdpUrl(text: string): string {
  const url = parsed(text);
  if (!url) return '***';
  const credentials = url.username !== '' || url.password !== '' ? '***@' : '';
  const path = url.pathname === '/' ? '' : url.pathname;
  return `${url.protocol}//${credentials}${url.host}${path}${url.search === '' ? '' : '?***'}`;
}

/** What of the address of a browser must never be told. */
export function secretsOfCdpUrl(text: string): string[] {
  const url = parsed(text);
  if (!url) return [];
  // As it stands in the address, and as it is meant: either may be repeated in a message.
  const written = url.search
    .slice(1)
    .split('&')
    .map((each) => each.slice(each.indexOf('=') + 1));
  const values = [...url.searchParams.values(), ...written];
  const named = [url.password, decoded(url.password), ...values];
  return [...new Set(named.filter((value) => value.length >= 4))];
}

/** Where a browser tells about itself; undefined for an address that is that of its socket already. */
export function versionUrl(cdpUrl: string): string | undefined {
  const url = new URL(cdpUrl);
  if (/^wss?:$/.test(url.protocol)) return undefined;
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/json/version`;
  return url.href;
}

/**
 * The socket of a browser as it is reached from here: the browser names itself as it sees itself (`ws://localhost/devtools/…`), and
 * is reached at the address of the config, with what that has of a secret.
 */
export function socketUrl(cdpUrl: string, reported: string): string {
  const at = new URL(cdpUrl);
  const socket = new URL(reported);
  socket.protocol = /^(https|wss):$/.test(at.protocol) ? 'wss:' : 'ws:';
  socket.host = at.host;
  if (at.port === '') socket.port = '';
  socket.username = at.username;
  socket.password = at.password;
  for (const [name, value] of at.searchParams) if (!socket.searchParams.has(name)) socket.searchParams.set(name, value);
  return socket.href;
}

function parsed(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function decoded(text: string): string {
  const [value = text] = new URL(`http://x/?x=${text.replaceAll('+', '%2B').replaceAll('&', '%26')}`).searchParams.values();
  return value;
}
