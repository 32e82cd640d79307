import { JsonArrayNode, JsonObjectNode, JsonParser, type JsonValueNode } from '@croct/json5-parser';
import type { Issue } from '../errors/catalogue.ts';

/**
 * Adds line and column to issues that have only a path, by parsing the text once more into a tree with positions.
 * Loaded only when a file has problems. An issue whose key is not in the file keeps the place of its nearest parent.
 */
export function locateIssues(text: string, issues: Issue[]): Issue[] {
  let root: JsonValueNode;
  try {
    root = JsonParser.parse(text);
  } catch {
    return issues;
  }
  return issues.map((issue) => {
    if (issue.line !== undefined) return issue;
    const { line, column } = nodeAt(root, issue.path).location.start;
    return { ...issue, line, column };
  });
}

function nodeAt(root: JsonValueNode, path: string): JsonValueNode {
  let node = root;
  for (const key of path.split(/[.[\]]+/).filter((k) => k !== '')) {
    const next = childAt(node, key);
    if (!next) return node;
    node = next;
  }
  return node;
}

function childAt(node: JsonValueNode, key: string): JsonValueNode | undefined {
  if (node instanceof JsonObjectNode) {
    // The last of several equal keys is the one that counts in JSON5.
    return node.properties.findLast((property) => property.key.toJSON() === key)?.value;
  }
  return node instanceof JsonArrayNode ? node.elements[Number(key)] : undefined;
}
