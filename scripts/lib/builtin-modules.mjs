import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const PREFIX = '\0builtin:';

/**
 * A bundler plugin: Node's own modules come from process.getBuiltinModule (Node 20.16 on) instead of an import. An import of
 * a built-in makes an ES module around it with all its names, which costs more than the rest of a light command
 * (docs/decisions/0005). Names that nobody uses are dropped.
 */
export function builtinModules() {
  return {
    name: 'builtin-modules',
    resolveId(id, importer, { kind }) {
      // What a CommonJS dependency requires is not an import, and the bundler's own runtime comes before all else.
      const ours = kind === 'import-statement' && !importer?.includes('rolldown');
      // One module for each package: shared, a name that only a lazy library uses would be looked up by every command.
      return ours && id.startsWith('node:')
        ? { id: `${PREFIX}${id}?${packageOf(importer)}`, moduleSideEffects: false }
        : undefined;
    },
    load(id) {
      if (!id.startsWith(PREFIX)) return undefined;
      const name = id.slice(PREFIX.length, id.indexOf('?'));
      const names = Object.keys(require(name)).filter((key) => /^[A-Za-z_$][\w$]*$/.test(key) && key !== 'default');
      const get = `const get = (key) => process.getBuiltinModule(${JSON.stringify(name)})[key];`;
      const exports = names.map(
        (key) => `const $${key} = /* @__PURE__ */ get(${JSON.stringify(key)}); export { $${key} as ${key} };`,
      );
      return `${get}\nexport default /* @__PURE__ */ process.getBuiltinModule(${JSON.stringify(name)});\n${exports.join('\n')}`;
    },
  };
}

/** The package that a module belongs to: a dependency by its name, one of ours by its folder. */
function packageOf(file = '') {
  return /(?:.*\/node_modules\/|.*\/packages\/)((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? 'none';
}
