export const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The merge patch (RFC 7396) that makes the one of the other; undefined where they are the same. A list is one value. */
export function patchBetween(before, after) {
  if (!isObject(before) || !isObject(after)) return JSON.stringify(before) === JSON.stringify(after) ? undefined : after;
  const changes = [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    const change = Object.hasOwn(after, name)
      ? patchBetween(Object.hasOwn(before, name) ? before[name] : undefined, after[name])
      : null;
    return change === undefined ? [] : [[name, change]];
  });
  return changes.length > 0 ? Object.fromEntries(changes) : undefined;
}

/** Where a patch changes something. */
export function pathsOf(patch, path = '') {
  return Object.entries(patch).flatMap(([name, value]) => {
    const at = path === '' ? name : `${path}.${name}`;
    return isObject(value) ? pathsOf(value, at) : [at];
  });
}
