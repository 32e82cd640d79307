import { requestBytes } from '../raw-http.ts';
import { ODD, type Random } from './frames.ts';

export interface HttpSecrets {
  token: string;
  hookToken: string;
}

/** One request of a fuzz, as bytes. */
export interface FuzzRequest {
  name: string;
  bytes: string;
  /** What it may be answered with; nothing: it may only be closed. */
  statuses: readonly number[];
  toHead?: boolean;
  /** It may be closed without an answer. */
  mayClose?: boolean;
  /** Nothing more may be answered on its socket: what follows in these bytes is no request. */
  isLast?: boolean;
  /** It is left in the middle: nobody reads the answer. */
  leaves?: boolean;
}

const GET = [
  '/healthz',
  '/readyz',
  '/startupz',
  '/v1/models',
  '/metrics',
  '/v1/models/echo%2Fecho',
  '/',
  '/control-ui/app.js',
  '/__zero__/canvas/',
  '/__zero__/a2ui/',
];
const POST = ['/v1/chat/completions', '/v1/responses', '/tools/invoke', '/hooks/wake', '/hooks/agent', '/hooks/mapped'];
/** What a body that may be anything is answered with. */
const ANY = [200, 202, 400, 404, 409, 413, 415, 501, 502, 503];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'M-SEARCH'];

/** Requests that may be anything: as they should be, spoilt, and in shapes that are to smuggle one past whoever looks. */
export function httpMaker(random: Random, { token, hookToken }: HttpSecrets): () => FuzzRequest {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const bearer = (path: string) => ({ Authorization: `Bearer ${path.startsWith('/hooks') ? hookToken : token}` });
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    requestBytes('POST', path, { headers: { 'Content-Type': 'application/json', ...bearer(path), ...headers }, body });

  const bodies: Record<string, () => Record<string, unknown>> = {
    '/v1/chat/completions': () => ({
      model: pick(['echo', 'echo/echo', 'agent:main']),
      messages: [
        { role: 'system', content: 'be brief' },
        { role: 'user', content: pick(['hi', 'olá 🌍', 'x '.repeat(200)]) },
      ],
      stream: random() < 0.5,
      ...(random() < 0.2 ? { user: pick(['ana', 'bob']) } : {}),
      ...(random() < 0.2 ? { stream_options: { include_usage: true } } : {}),
    }),
    '/v1/responses': () => ({
      model: 'echo',
      input: pick<unknown>(['hi', [{ role: 'user', content: [{ type: 'input_text', text: 'hi' }] }]]),
      stream: random() < 0.5,
    }),
    '/tools/invoke': () => ({ tool: pick(['sessions_list', 'agents_list', 'session_status', 'nodes']), args: {} }),
    '/hooks/wake': () => ({ text: 'fuzz', mode: 'next-heartbeat' }),
    '/hooks/agent': () => ({ message: 'fuzz', deliver: false, model: 'echo' }),
    '/hooks/mapped': () => ({ from: 'fuzz', list: [{ id: 1 }] }),
  };
  const bodyOf = (path: string) => (bodies[path] as () => Record<string, unknown>)();

  const kinds: [weight: number, make: () => FuzzRequest][] = [
    [25, asItShouldBe],
    [25, spoilt],
    [15, strangePath],
    [10, strangeMethod],
    [10, strangeHeaders],
    [8, smuggled],
    [4, leaving],
    [2, foreign],
    [1, broken],
  ];
  const total = kinds.reduce((sum, [weight]) => sum + weight, 0);
  return () => {
    let at = random() * total;
    for (const [weight, make] of kinds) {
      at -= weight;
      if (at < 0) return make();
    }
    return asItShouldBe();
  };

  function asItShouldBe(): FuzzRequest {
    if (random() < 0.4) {
      const [path, method] = [pick(GET), pick(['GET', 'HEAD'])];
      return {
        name: `${method} ${path}`,
        bytes: requestBytes(method, path, { headers: bearer(path) }),
        statuses: [200],
        toHead: method === 'HEAD',
      };
    }
    const path = pick(POST);
    // Too many turns at once: 503.
    return { name: `POST ${path}`, bytes: post(path, JSON.stringify(bodyOf(path))), statuses: [200, 202, 503] };
  }

  function spoilt(): FuzzRequest {
    const path = pick(POST);
    const body = bodyOf(path);
    const key = pick([
      ...Object.keys(body),
      'tools',
      'n',
      'user',
      'instructions',
      '__proto__',
      'args',
      'sessionKey',
      'timeoutSeconds',
    ]);
    const text = pick<() => string>([
      () => JSON.stringify({ ...body, [key]: pick(ODD) }),
      () => JSON.stringify({ ...body, messages: [pick(ODD), { role: pick(ODD), content: pick(ODD) }] }),
      () => JSON.stringify({ ...body, input: [pick(ODD), { type: pick(ODD), content: [pick(ODD)] }] }),
      () => JSON.stringify(body).slice(0, Math.floor(random() * 40)),
      () => JSON.stringify(pick(ODD)) ?? '',
      () => `{"deep":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
      () => '\u0000\ufffe',
      () => '',
      () => `{"long":"${'x'.repeat(300_000)}"}`,
    ])();
    const type = random() < 0.1 ? { 'Content-Type': pick(['text/plain', 'application/x-www-form-urlencoded', 'x']) } : {};
    return { name: `spoilt ${path}`, bytes: post(path, text, type), statuses: ANY };
  }

  function strangePath(): FuzzRequest {
    const path = pick([
      '/../../etc/passwd',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/..%2f..%2fetc%2fpasswd',
      '/..\\..\\windows',
      '/%00',
      '/%c0%ae%c0%ae/',
      '//healthz',
      '/healthz/',
      '/healthz;a=b',
      '/HEALTHZ',
      '/v1/../healthz',
      '/v1/models/%',
      '/v1/models/..%2f..%2fx',
      '/hooks/../v1/models',
      '/hooks/%2e%2e/wake',
      '/nothing?token=x',
      '/__zero__/canvas/..%2f..%2f.zero-main%2fzero.json',
      '/__zero__/canvas/%2e%2e/%2e%2e/etc/passwd',
      '/__zero__/canvas/a%00.html',
      '/__zero__/canvas/.hidden',
      '/__zero__/a2ui/__proto__',
      '/control-ui/..%2fpages',
      'healthz',
      '*',
      'http://127.0.0.1/healthz',
      `/${'a/'.repeat(Math.floor(random() * 3_000))}`,
    ]);
    return {
      name: `path ${path.slice(0, 40)}`,
      bytes: requestBytes('GET', path, { headers: bearer(path) }),
      // 405: below the hooks, which take POST.
      statuses: [400, 404, 405],
    };
  }

  function strangeMethod(): FuzzRequest {
    const [method, path] = [pick(METHODS), pick([...GET, ...POST, '/nothing'])];
    const headers = random() < 0.5 ? bearer(path) : {};
    return {
      name: `${method} ${path}`,
      bytes: requestBytes(method, path, { headers }),
      // A hook may have an empty body.
      statuses: [200, 202, 400, 401, 404, 405],
      toHead: method === 'HEAD',
    };
  }

  function strangeHeaders(): FuzzRequest {
    const [name, headers, statuses] = pick<[string, Record<string, string>, number[]]>([
      ['huge', { 'X-Long': 'x'.repeat(20_000) }, [431]],
      ['many', Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`X-${i}`, String(i)])), [200]],
      ['a name with a blank', { 'X Y': '1' }, [400]],
      ['NUL', { 'X-Nul': 'a\u0000b' }, [400]],
      ['a lone CR', { 'X-Cr': 'a\rb' }, [400]],
      ['Latin-1', { 'X-Latin': '\u00e9' }, [200]],
      ['no host', { Host: '' }, [200, 400, 403]],
      ['two bearers', { Authorization: `Bearer ${token}, Bearer ${token}` }, [200, 401]],
      ['basic', { Authorization: 'Basic eDp5' }, [200, 401]],
      ['an expectation that nobody has', { Expect: '200-ok' }, [417]],
      ['a range', { Range: 'bytes=0-1' }, [200]],
      ['an upgrade to nothing known', { Connection: 'Upgrade', Upgrade: 'h2c' }, [400, 426]],
    ]);
    return { name: `headers: ${name}`, bytes: requestBytes('GET', '/healthz', { headers }), statuses, mayClose: true };
  }

  function smuggled(): FuzzRequest {
    const inner = 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';
    const [name, headers, body] = pick<[string, Record<string, string>, string]>([
      ['length and chunks', { 'Content-Length': '6', 'Transfer-Encoding': 'chunked' }, `0\r\n\r\n${inner}`],
      ['chunks and length', { 'Transfer-Encoding': 'chunked', 'Content-Length': '6' }, `0\r\n\r\n${inner}`],
      ['two lengths', { 'Content-Length': '0\r\nContent-Length: 5' }, `hello${inner}`],
      ['a list of lengths', { 'Content-Length': '0, 5' }, `hello${inner}`],
      ['a length below zero', { 'Content-Length': '-1' }, inner],
      ['a length with a sign', { 'Content-Length': '+5' }, `hello${inner}`],
      ['a hexadecimal length', { 'Content-Length': '0x5' }, `hello${inner}`],
      ['an encoding that nobody knows', { 'Transfer-Encoding': 'xchunked' }, `0\r\n\r\n${inner}`],
      ['chunks that are not last', { 'Transfer-Encoding': 'chunked, identity' }, `0\r\n\r\n${inner}`],
      ['a blank before the colon', { 'Transfer-Encoding ': 'chunked' }, `0\r\n\r\n${inner}`],
      ['a tab in the encoding', { 'Transfer-Encoding': '\tchunked\u000b' }, `0\r\n\r\n${inner}`],
      ['a chunk that is too long for numbers', { 'Transfer-Encoding': 'chunked' }, `fffffffffffffffff\r\n${inner}`],
      ['a chunk of no size', { 'Transfer-Encoding': 'chunked' }, `zz\r\n${inner}`],
      ['a chunk that does not end', { 'Transfer-Encoding': 'chunked' }, `5\r\nhelloXX${inner}`],
    ]);
    const path = pick(['/v1/chat/completions', '/healthz', '/nothing']);
    const sent = { ...bearer(path), 'Content-Type': 'application/json', ...headers };
    return {
      name: `smuggled by ${name}`,
      bytes: requestBytes('POST', path, { headers: sent, body }),
      statuses: [400, 404, 405],
      mayClose: true,
      isLast: true,
    };
  }

  function leaving(): FuzzRequest {
    const path = pick(POST);
    const whole = post(path, JSON.stringify(bodyOf(path)));
    const cut = random() < 0.5 ? whole.length : Math.floor(random() * whole.length);
    return { name: `left ${path}`, bytes: whole.slice(0, cut), statuses: [], leaves: true };
  }

  function foreign(): FuzzRequest {
    const path = pick(POST);
    const headers = pick<Record<string, string>>([
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { Host: 'evil.example' },
      { Host: 'evil.example:80', Origin: 'http://evil.example:80' },
      { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' },
    ]);
    return { name: `of elsewhere ${path}`, bytes: post(path, JSON.stringify(bodyOf(path)), headers), statuses: [403] };
  }

  function broken(): FuzzRequest {
    const bytes = pick([
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
      'GET\r\n\r\n',
      '\u0016\u0003\u0001\u0002\u0000',
      'GET /healthz HTTP/1.1\r\n\r\n',
      'CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1:22\r\n\r\n',
      `${'x'.repeat(30_000)}\r\n\r\n`,
      '\r\n\r\n\r\n\u0000',
    ]);
    return { name: 'no request', bytes, statuses: [400, 431], mayClose: true, isLast: true };
  }
}
