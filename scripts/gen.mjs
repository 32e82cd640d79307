// Regenerates every generated file. Usage: node scripts/gen.mjs [schemas|templates|swift|docs]… [--check]
// --check writes nothing and fails with the list of stale files.
import { readFile } from 'node:fs/promises';
import { generateDocs } from './gen/docs.mjs';
import { generateSchemas } from './gen/schemas.mjs';
import { generateSwift } from './gen/swift.mjs';
import { generateTemplates } from './gen/templates.mjs';
import { repoPath, writeIfChanged } from './lib/files.mjs';

const GENERATORS = { schemas: generateSchemas, templates: generateTemplates, swift: generateSwift, docs: generateDocs };

const args = process.argv.slice(2);
const check = args.includes('--check');
const wanted = args.filter((a) => !a.startsWith('--'));
const unknown = wanted.filter((w) => !(w in GENERATORS));
if (unknown.length > 0) {
  console.error(`gen: unknown generator ${unknown.join(', ')} (known: ${Object.keys(GENERATORS).join(', ')})`);
  process.exit(2);
}

const stale = [];
for (const [name, generate] of Object.entries(GENERATORS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  // Map of repository path to content: later generators may import what earlier ones wrote, so each is written at once.
  for (const [file, content] of await generate()) {
    if (check) {
      const now = await readFile(repoPath(file), 'utf8').catch(() => '');
      if (now !== content) stale.push(file);
    } else if (await writeIfChanged(repoPath(file), content)) {
      console.log(`gen: wrote ${file}`);
    }
  }
}
if (stale.length > 0) {
  console.error(`gen: stale, run \`node scripts/gen.mjs\` and commit:\n  ${stale.join('\n  ')}`);
  process.exit(1);
}
