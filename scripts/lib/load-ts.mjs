import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { repoPath } from './files.mjs';

/** Imports a TypeScript module of this repository (Node 20 cannot): bundles it into a throw-away file and imports that. */
export async function loadTs(file) {
  // Not before it is asked for: scripts install what is missing first, in a fresh clone this too.
  const { rolldown } = await import('rolldown');
  const dir = await mkdtemp(repoPath('node_modules', '.load-'));
  try {
    const bundle = await rolldown({ input: repoPath(file), platform: 'node', logLevel: 'warn' });
    const out = path.join(dir, 'module.mjs');
    await bundle.write({ file: out, format: 'esm', codeSplitting: false });
    await bundle.close();
    return await import(pathToFileURL(out).href);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
