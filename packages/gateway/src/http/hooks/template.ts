/** What a template can name. */
export interface TemplateContext {
  payload: unknown;
  /** Of the hook, below the base path. */
  path: string;
  headers: Readonly<Record<string, unknown>>;
  query: Readonly<Record<string, string>>;
  /** The time, as ISO 8601. */
  now: string;
}

/** Fills in `{{…}}`: `path`, `now`, `headers.x`, `query.x`, and whatever is in the payload, by dots and `[0]`. What is not there is nothing. */
export function filledIn(template: string, context: TemplateContext): string {
  return template.replaceAll(/\{\{([^{}]*)\}\}/g, (_, named: string) => {
    const value = valueAt(named.trim(), context);
    if (value === undefined || value === null) return '';
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  });
}

/** Headers that hold secrets are none of a template's business. */
const SECRET = /authorization|cookie|token|key|secret/i;

function valueAt(named: string, { payload, path, headers, query, now }: TemplateContext): unknown {
  if (named === '') return undefined;
  if (named === 'path') return path;
  if (named === 'now') return now;
  const [, of, rest = ''] = /^(headers|query|payload)\.(.+)$/.exec(named) ?? [];
  switch (of) {
    case 'headers':
      return SECRET.test(rest) ? undefined : at(headers, [rest.toLowerCase()]);
    case 'query':
      return at(query, [rest]);
    case 'payload':
      return at(payload, stepsOf(rest));
    default:
      return at(payload, stepsOf(named));
  }
}

const stepsOf = (path: string): string[] => path.match(/[^.[\]]+/g) ?? [];

/** Own properties alone: what the payload itself has. */
function at(value: unknown, steps: readonly string[]): unknown {
  let found = value;
  for (const step of steps) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return undefined;
    found = (found as Record<string, unknown>)[step];
  }
  return found;
}
