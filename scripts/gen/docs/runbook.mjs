import { page, table } from './markdown.mjs';
import { RUNBOOK } from './runbook-rows.mjs';

const TITLE = `# The operations guide, point by point

The gateway family has an operations guide. This page takes it apart: what it asks of a gateway, and the test that proves that
the reference gateway and its commands do it. Those of launchd run against a double of it:
[what is proven](../explanation/what-is-proven.md) says what was never run on the real system.`;

/** docs/reference/runbook.md */
export async function runbookPage() {
  return page(
    'scripts/gen/docs/runbook-rows.mjs',
    TITLE,
    RUNBOOK.map(([section, rows]) => [
      `## ${section}`,
      table(
        ['What it asks for', 'What proves it'],
        rows.map(([asked, ...proofs]) => [escaped(asked), proofs.map(proofText).join('<br>')]),
      ),
    ]),
  );
}

function proofText([file, title]) {
  const name = file
    .split('/')
    .at(-1)
    .replace(/\.test\.(ts|mjs)$/, '');
  return `[${name}](../../${file}): ${escaped(title)}`;
}

/** `<` outside of code would begin a tag. */
const escaped = (text) => text.replaceAll(/`[^`]*`|</g, (found) => (found === '<' ? '\\<' : found));
