// For npm run test:win32, in the copy on drive C:. Node finds packages of this workspace through links, which Wine does not have.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vitest/config';

const folder = (name) => path.join(import.meta.dirname, 'packages', name);
const packages = new Map(
  readdirSync(folder('.')).map((name) => {
    const manifest = JSON.parse(readFileSync(path.join(folder(name), 'package.json'), 'utf8'));
    return [manifest.name, { at: folder(name), exports: manifest.exports }];
  }),
);

const workspace = {
  name: 'workspace',
  enforce: 'pre',
  resolveId(source) {
    const [, id, rest] = /^(@polygate\/[^/]+)(.*)$/.exec(source) ?? [];
    const { at, exports } = packages.get(id) ?? {};
    const file = typeof exports === 'string' ? exports : exports?.[`.${rest}`];
    return file === undefined ? null : path.join(at, file);
  },
};

// Managers of other systems, which are only ever asked there.
const OF_OTHER_SYSTEMS = ['systemd-user', 'launchd', 'apply', 'put-back'].map(
  (name) => `packages/host/src/managers/${name}.test.ts`,
);
console.log(`Left out, as only other systems are ever asked by what they test: ${OF_OTHER_SYSTEMS.join(', ')}`);

export default defineConfig({
  plugins: [workspace],
  test: {
    name: 'win32',
    include: ['packages/*/src/**/*.test.ts'],
    exclude: ['**/node_modules/**', ...OF_OTHER_SYSTEMS],
    pool: 'forks',
    isolate: false,
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    server: { deps: { inline: [/@polygate/] } },
  },
});
