/**
 * A bundler plugin: `node:process` is the global. To require it, Node reads each of its properties once, and to read its title
 * without a console ends the process on Windows (libuv 1.51 under Wine 8: "Assertion failed: process_title").
 */
export function globalProcess() {
  return {
    name: 'global-process',
    resolveId(source, importer, { kind }) {
      if (source !== 'node:process' && source !== 'process') return null;
      // It takes stdin and stdout by their names, which opens them, and asks questions where there is a console.
      if (importer?.includes('/@clack/')) return null;
      return kind === 'require-call' ? '\0process.cjs' : '\0process.mjs';
    },
    load(id) {
      if (id === '\0process.cjs') return 'module.exports = globalThis.process;';
      return id === '\0process.mjs' ? ESM : null;
    },
  };
}

const ESM = `const it = globalThis.process;
export default it;
export const { execPath, execArgv, hrtime, platform } = it;
`;
