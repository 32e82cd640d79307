import { JsonObjectNode, JsonParser } from '@croct/json5-parser';
import JSON5 from 'json5';
import { pick } from './pick.ts';

/** A key to set: its dotted path and value. Without a value the key is taken out. */
export interface Edit {
  path: string;
  value: string | number | boolean | undefined;
}

/**
 * Sets and takes out keys in the text of a JSON5 file; comments, order, quotes and layout of everything else stay. The result is parsed
 * again and compared with what was meant before it is handed out. @throws Error when the file cannot be edited safely.
 */
export function editConfig(text: string, edits: readonly Edit[]): string {
  const root = JsonParser.parse(text, JsonObjectNode);
  for (const { path, value } of edits) {
    const keys = path.split('.');
    const last = keys.pop() as string;
    let node: JsonObjectNode | undefined = root;
    for (const key of keys) {
      if (!node.has(key) && value === undefined) {
        node = undefined;
        break;
      }
      if (!node.has(key)) node.set(key, {});
      node = node.get(key, JsonObjectNode);
    }
    if (value !== undefined) node?.set(last, value);
    else if (node?.has(last)) node.delete(last);
  }
  const edited = root.toString();
  verify(text, edited, edits);
  return edited;
}

/** Those edits that would change a value; the last one for a path counts. */
export function changedBy(config: unknown, edits: readonly Edit[]): Edit[] {
  const last = new Map(edits.map((edit) => [edit.path, edit]));
  return [...last.values()].filter(({ path, value }) => pick(config, path) !== value);
}

function verify(before: string, after: string, edits: readonly Edit[]): void {
  const wanted = JSON5.parse(before) as Record<string, unknown>;
  for (const { path, value } of edits) put(wanted, path, value);
  if (JSON.stringify(sorted(JSON5.parse(after))) !== JSON.stringify(sorted(wanted))) {
    throw new Error(`the file cannot be edited without changing more than ${edits.map((e) => e.path).join(', ')}`);
  }
}

function put(target: Record<string, unknown>, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop() as string;
  let at = target;
  for (const key of keys) {
    if (typeof pick(at, key) !== 'object') {
      if (value === undefined) return;
      at[key] = {};
    }
    at = at[key] as Record<string, unknown>;
  }
  if (value === undefined) delete at[last];
  else at[last] = value;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, sorted(v)]),
  );
}
