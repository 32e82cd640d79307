import type { Edit } from '../config/edit.ts';
import { absolute, isWithin, type PathFlavour } from '../paths.ts';

/** Where paths of a config lead after something was moved. */
export interface Repointed {
  edits: Edit[];
  /** Values that name a moved path and cannot be edited one by one: in a list, or below a key with a dot. */
  unedited: string[];
}

/** Finds every text of a config that is a path in something that was moved. Pure; a config of any shape will do. */
export function repoint(
  config: unknown,
  moves: readonly { from: string; to: string }[],
  { paths, home }: { paths: PathFlavour; home: string },
): Repointed {
  const found: Repointed = { edits: [], unedited: [] };
  const moved = (text: string): string | undefined => {
    if (!/^[~/\\]|^[A-Za-z]:/.test(text)) return undefined;
    const path = absolute(paths, home, home, text);
    const move = moves.find(({ from }) => isWithin(paths, from, path));
    return move && paths.join(move.to, paths.relative(move.from, path));
  };
  const visit = (value: unknown, keys: readonly string[], editable: boolean): void => {
    if (typeof value === 'string') {
      const to = moved(value);
      if (to === undefined) return;
      if (editable) found.edits.push({ path: keys.join('.'), value: to });
      else found.unedited.push(keys.join('.'));
    } else if (Array.isArray(value)) {
      for (const [i, each] of value.entries()) visit(each, [...keys, String(i)], false);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, each] of Object.entries(value)) visit(each, [...keys, key], editable && !key.includes('.'));
    }
  };
  visit(config, [], true);
  return found;
}
