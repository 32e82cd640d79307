import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** Stories run against the built command: it is built when it is older than its sources. */
export default function setup(): void {
  const root = path.resolve(import.meta.dirname, '..', '..');
  execFileSync(process.execPath, [path.join(root, 'scripts/build.mjs'), '--if-stale'], { stdio: 'inherit' });
}
