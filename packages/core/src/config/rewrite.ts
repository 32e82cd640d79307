import { JsonArrayNode, JsonObjectNode, JsonParser, type JsonValueNode } from '@croct/json5-parser';
import JSON5 from 'json5';
import { childOf, sameContent } from './edit.ts';
import { mergePatch } from './merge-patch.ts';
import { type Placed, withValues } from './redaction.ts';

type Value = Parameters<JsonObjectNode['set']>[1];

/** The text of a config after a merge patch (RFC 7396). Comments and layout stay, where the file can be edited so. */
export function mergeText(text: string, patch: Readonly<Record<string, unknown>>): string {
  const wanted = mergePatch(JSON5.parse(text), patch);
  return rewritten(text, wanted, (root) => merge(root, patch));
}

/** The text of a config with other values at some places. Comments and layout stay, where the file can be edited so. */
export function placeInText(text: string, placed: readonly Placed[]): string {
  if (placed.length === 0) return text;
  return rewritten(text, withValues(JSON5.parse(text), placed), (root) => {
    for (const { keys, value } of placed) place(root, keys, value);
  });
}

/** The editor of text takes seconds for more, in which a gateway would answer nobody. */
const MAX_EDITED = 64 * 1024;

/** What the editor of text gets wrong, or would take too long for, is written anew: the content counts more than its layout. */
function rewritten(text: string, wanted: unknown, edit: (root: JsonObjectNode) => void): string {
  try {
    if (text.length > MAX_EDITED) return anew(wanted);
    const root = JsonParser.parse(text, JsonObjectNode);
    edit(root);
    const edited = root.toString();
    if (sameContent(JSON5.parse(edited), wanted)) return edited;
  } catch {
    // Written anew.
  }
  return anew(wanted);
}

const anew = (wanted: unknown): string => `${JSON.stringify(wanted, null, 2)}\n`;

function merge(node: JsonObjectNode, patch: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(patch)) {
    const present = node.has(key) ? node.get(key) : undefined;
    if (value === null) {
      if (present) node.delete(key);
    } else if (present instanceof JsonObjectNode && isObject(value)) merge(present, value);
    else node.set(key, mergePatch(undefined, value) as Value);
  }
}

function place(root: JsonObjectNode, keys: readonly string[], value: unknown): void {
  const last = keys.at(-1) as string;
  const holder = keys.slice(0, -1).reduce<JsonValueNode | undefined>((at, key) => at && childOf(at, key), root);
  if (holder instanceof JsonObjectNode) holder.set(last, value as Value);
  else if (holder instanceof JsonArrayNode) holder.set(Number(last), value as Value);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
