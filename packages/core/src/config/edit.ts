import { JsonArrayNode, JsonObjectNode, JsonParser, type JsonValueNode } from '@croct/json5-parser';
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

/**
 * Takes keys out of the text of a JSON5 file; comments, order, quotes and layout of everything else stay. Each is the keys on
 * the way to it, list positions as numbers in text; one that is not there is passed over. The result is parsed again and
 * compared with what was meant. @throws Error when the file cannot be edited safely.
 */
export function removeKeys(text: string, removals: readonly (readonly string[])[]): string {
  const root = JsonParser.parse(text, JsonObjectNode);
  const wanted = JSON5.parse(text) as unknown;
  for (const keys of removals) {
    const last = keys.at(-1) as string;
    const node = keys.slice(0, -1).reduce<JsonValueNode | undefined>((at, key) => at && childOf(at, key), root);
    if (node instanceof JsonObjectNode && node.has(last)) node.delete(last);
    else if (node instanceof JsonArrayNode) node.splice(Number(last), 1);
    const holder = keys.slice(0, -1).reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], wanted);
    if (Array.isArray(holder)) holder.splice(Number(last), 1);
    else if (typeof holder === 'object' && holder !== null) delete (holder as Record<string, unknown>)[last];
  }
  const edited = root.toString();
  if (!sameContent(JSON5.parse(edited), wanted)) {
    throw new Error(`the file cannot be edited without changing more than ${removals.map((keys) => keys.join('.')).join(', ')}`);
  }
  return edited;
}

export function childOf(node: JsonValueNode, key: string): JsonValueNode | undefined {
  if (node instanceof JsonObjectNode) return node.has(key) ? node.get(key) : undefined;
  return node instanceof JsonArrayNode ? node.elements[Number(key)] : undefined;
}

/** Those edits that would change a value; the last one for a path counts. */
export function changedBy(config: unknown, edits: readonly Edit[]): Edit[] {
  const last = new Map(edits.map((edit) => [edit.path, edit]));
  return [...last.values()].filter(({ path, value }) => pick(config, path) !== value);
}

function verify(before: string, after: string, edits: readonly Edit[]): void {
  const wanted = JSON5.parse(before) as Record<string, unknown>;
  for (const { path, value } of edits) put(wanted, path, value);
  if (!sameContent(JSON5.parse(after), wanted)) {
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

/** True when two values say the same, whatever the order of their keys. */
export const sameContent = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, sorted(v)]),
  );
}
