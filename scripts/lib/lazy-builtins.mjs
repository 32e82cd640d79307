/**
 * A bundler plugin: Node's own modules are loaded when something of them is first used. What a dependency requires at its top
 * (tls and zlib for a WebSocket on loopback, child_process for a parser of options) costs more than the rest of a light
 * command, and most runs never use it (docs/decisions/0005).
 */
export function lazyBuiltins() {
  return {
    name: 'lazy-builtins',
    renderChunk(rendered) {
      const code = rendered.replaceAll(
        /\bimport\(([`'"])(node:\w+(?:\/\w+)?)\1\)/g,
        'Promise.resolve(process.getBuiltinModule("$2"))',
      );
      const lazy = code.replaceAll(
        /\brequire\(([`'"])(?:node:)?(fs\/promises|tls|https|http|net|zlib|crypto|child_process|os|url|stream|querystring|worker_threads)\1\)/g,
        'lazyBuiltin("$2")',
      );
      if (lazy !== code) return { code: `${lazy}\n${LAZY_BUILTIN}`, map: null };
      return code === rendered ? null : { code, map: null };
    },
  };
}

/** A stand-in for a module, loaded by the first look at any of its properties. Nothing else of a module can be asked for. */
const LAZY_BUILTIN = `function lazyBuiltin(name) {
  return new Proxy({}, {
    get: (_, key) => process.getBuiltinModule(name)[key],
    has: (_, key) => key in process.getBuiltinModule(name),
    ownKeys: () => Reflect.ownKeys(process.getBuiltinModule(name)),
    getOwnPropertyDescriptor: (_, key) => {
      const descriptor = Reflect.getOwnPropertyDescriptor(process.getBuiltinModule(name), key);
      return descriptor && { ...descriptor, configurable: true };
    },
  });
}
`;
