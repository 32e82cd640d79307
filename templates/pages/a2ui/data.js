/** An object without a past: a key such as __proto__ is a key like any other. */
const bare = () => Object.create(null);

const keysOf = (path) => path.split('/').filter((key) => key !== '');
const isObject = (value) => typeof value === 'object' && value !== null;

/** What an agent says about a surface, by paths such as /user/name. */
export class Data {
  #root = bare();

  get(path) {
    let at = this.#root;
    for (const key of keysOf(path)) {
      if (!isObject(at) || !Object.hasOwn(at, key)) return undefined;
      at = at[key];
    }
    return at;
  }

  /** Keys of what lies at a path, for a list that is made of it. */
  keys(path) {
    const found = this.get(path);
    return isObject(found) ? Object.keys(found) : [];
  }

  set(path, value) {
    const keys = keysOf(path);
    const last = keys.pop();
    if (last === undefined) {
      this.#root = value;
      return;
    }
    let at = this.#root;
    for (const key of keys) {
      if (!isObject(at[key])) at[key] = bare();
      at = at[key];
    }
    at[last] = value;
  }

  /** Entries of a dataModelUpdate. At the root they take the place of everything; below it they are added to what is there. */
  update(path, contents) {
    const isWhole = keysOf(path).length === 0;
    const before = isWhole ? undefined : this.get(path);
    const merged = Object.assign(bare(), isObject(before) ? before : undefined);
    for (const [key, value] of entriesOf(contents)) merged[key] = value;
    this.set(path, merged);
  }
}

/** @throws Error for entries that are none */
function entriesOf(contents) {
  if (!Array.isArray(contents)) throw new Error('dataModelUpdate.contents is no list');
  return contents.map((entry) => {
    if (typeof entry?.key !== 'string') throw new Error('dataModelUpdate.contents has an entry without a key');
    return [entry.key, unwrapped(entry)];
  });
}

function unwrapped(entry) {
  if (!('valueMap' in entry)) return entry.valueString ?? entry.valueNumber ?? entry.valueBoolean ?? null;
  const map = bare();
  for (const [key, value] of entriesOf(entry.valueMap)) map[key] = value;
  return map;
}
