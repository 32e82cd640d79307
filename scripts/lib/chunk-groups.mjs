// Which modules share a file of the bundle. Few files, as each costs its own look-up and read; none that a light command
// loads holds what it does not need.

/**
 * The bundler's groups. `entry` is the module that everything starts from; `together` names bodies of commands that are run
 * often: each set in one file, and nothing else in it. `{ shared: [set, set] }` is what both sets need.
 */
export function chunkGroups(entry, together) {
  const closures = new Map();
  /** Every module that is loaded with one: itself and what it imports, not what it loads on demand. */
  const loadedWith = (id, graph) => {
    const known = closures.get(id);
    if (known) return known;
    const seen = new Set();
    const visit = (at) => {
      if (seen.has(at)) return;
      seen.add(at);
      for (const next of graph.getModuleInfo(at)?.importedIds ?? []) visit(next);
    };
    visit(id);
    closures.set(id, seen);
    return seen;
  };
  const needs = (id, graph, pattern) => [...loadedWith(id, graph)].some((each) => pattern.test(each));

  const isCommand = (id) => /\/packages\/cli\/src\//.test(id);
  const groups = {
    light: (id, graph) => loadedWith(entry, graph).has(id),
    client: (id) => /\/node_modules\/ws\/|\/packages\/client\/|\/protocol\/src\/gen\/client/.test(id),
    ...Object.fromEntries(
      Object.entries(together).map(([name, bodies]) => [
        name,
        (id, graph) => setsOf(bodies).every((set) => set.some((body) => loadedWith(body, graph).has(id))),
      ]),
    ),
    // Bodies of commands: those that talk to a gateway or run one stay apart from those that only look at files.
    commands: (id, graph) => isCommand(id) && !needs(id, graph, /\/node_modules\/(ws|commander|pino)\//),
  };
  // The first group that takes a module has it, with all that it needs.
  return Object.entries(groups).map(([name, takes], i, { length }) => ({
    name: (id, graph) => (takes(id, graph) ? name : null),
    debugName: name,
    priority: length - i,
  }));
}

const setsOf = (bodies) => (Array.isArray(bodies) ? [bodies] : bodies.shared);
