import { readFileSync } from 'node:fs';

export type Random = () => number;
interface Schema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  $ref?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
}

/** A frame of a fuzz: text, or bytes of a binary frame. */
export type FuzzFrame = string | Buffer;

/**
 * Frames for requests after hello: a third as the schema has them, a third of those spoilt, a third garbage. The grammar is the
 * published schema, so that a new method is fuzzed from the day that it exists.
 */
export function frameMaker(schemaPath: string, random: Random): (id: string) => FuzzFrame {
  const { $defs } = JSON.parse(readFileSync(schemaPath, 'utf8')) as { $defs: Record<string, Schema> };
  const methods = Object.keys($defs)
    .filter((name) => name.endsWith('Params') && name !== 'ConnectParams')
    .map((name) => ({ params: $defs[name] as Schema, method: methodOf(name) }))
    // Those end or restart the gateway, or change what it runs with, as they should. What changes it has a fuzz of its own.
    .filter(({ method }) => !/^(config\.(set|patch|apply)|gateway\.(shutdown|restart))$/.test(method));
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

  return (id) => {
    const { method, params } = pick(methods);
    const valid = { type: 'req', id, method, params: sample(params, 0) };
    const kind = random();
    if (kind < 1 / 3) return JSON.stringify(valid);
    return kind < 2 / 3 ? spoil(valid) : garbage(JSON.stringify(valid), id);
  };

  function sample(schema: Schema, depth: number): unknown {
    if (schema.$ref) return sample($defs[schema.$ref.slice('#/$defs/'.length)] as Schema, depth + 1);
    if (schema.anyOf) return sample(pick(schema.anyOf), depth);
    if (schema.const !== undefined) return schema.const;
    if (schema.enum) return pick(schema.enum);
    switch (schema.type) {
      case 'string':
        return pick(WORDS);
      case 'integer':
      case 'number':
        return pick([0, 1, 5, 100]);
      case 'boolean':
        return random() < 0.5;
      case 'null':
        return null;
      case 'array':
        return Array.from({ length: Math.floor(random() * 3) }, () => sample(schema.items ?? {}, depth + 1));
      case 'object':
        return Object.fromEntries(
          Object.entries(schema.properties ?? {})
            .filter(([key]) => schema.required?.includes(key) || (depth < 4 && random() < 0.4))
            .map(([key, inner]) => [key, sample(inner, depth + 1)]),
        );
      default:
        return pick(ODD);
    }
  }

  /** One thing of it is not as it should be. */
  function spoil(frame: { params: unknown; [key: string]: unknown }): string {
    const params = Object(frame.params) as Record<string, unknown>;
    const key = pick([...Object.keys(params), 'extra']);
    const spoilers: (() => string)[] = [
      () => JSON.stringify({ ...frame, params: { ...params, [key]: pick(ODD) } }),
      () => JSON.stringify({ ...frame, params: pick(ODD) }),
      () => JSON.stringify({ ...frame, [pick(['type', 'id', 'method', 'more'])]: pick(ODD) }),
      () => JSON.stringify({ ...frame, params: Object.fromEntries(Object.entries(params).filter(([name]) => name !== key)) }),
      () => JSON.stringify({ ...frame, method: pick(['constructor', '__proto__', 'connect', 'HEALTH', ' health', 'no.such']) }),
      () => JSON.stringify(frame).replace(/\}$/, `,"id":${JSON.stringify(pick(ODD))},"method":"health"}`),
      () => JSON.stringify(frame).replace(/"params":\{/, '"params":{"__proto__":{"admin":true},"constructor":{"prototype":1},'),
      () => JSON.stringify(Object.fromEntries(Object.entries(frame).reverse())),
    ];
    return pick(spoilers)();
  }

  function garbage(text: string, id: string): FuzzFrame {
    const cut = Math.floor(random() * text.length);
    const deep = pick([10, 499, 600, 20_000]);
    const kinds: (() => FuzzFrame)[] = [
      () => text.slice(0, cut),
      () => text.slice(cut) + text.slice(0, cut),
      () => Buffer.from(text),
      () => Buffer.from(Array.from({ length: 20 }, () => Math.floor(random() * 256))),
      () =>
        `{"type":"req","id":"${id}","method":"node.event","params":{"event":"x","payload":${'['.repeat(deep)}${']'.repeat(deep)}}}`,
      () => JSON.stringify(pick(ODD)),
      () => '',
      () => `${text}\u0000`,
      () => text.replaceAll('"', "'"),
      () => JSON.stringify({ type: pick(['res', 'event']), id, ok: true, payload: pick(ODD) }),
    ];
    return pick(kinds)();
  }
}

const WORDS = [
  'main',
  'x',
  'agent:main:main',
  '__proto__',
  'constructor',
  'toString',
  'a\u0000b',
  '\ud800',
  '🦞'.repeat(40),
  'é/../../etc/passwd',
  ' ',
];
export const ODD: unknown[] = [
  null,
  true,
  -1,
  1e308,
  1.5,
  '',
  'x'.repeat(5_000),
  '\u0000',
  '\ud83d',
  [],
  {},
  [[[[[[[[]]]]]]]],
  { __proto__: null, length: -1 },
  { toJSON: 'x', constructor: {} },
];

/** `LogsTailParams` is of `logs.tail`. Names with a dash have none of their own kind: they are told apart by the list. */
function methodOf(name: string): string {
  const words = name
    .slice(0, -'Params'.length)
    .replaceAll(/(?!^)[A-Z]/g, (letter) => ` ${letter}`)
    .toLowerCase()
    .split(' ');
  const joined = words.join('.');
  return DASHED[joined] ?? joined;
}

const DASHED: Record<string, string> = {
  'system.presence': 'system-presence',
  'system.event': 'system-event',
  'last.heartbeat': 'last-heartbeat',
  'set.heartbeats': 'set-heartbeats',
};
