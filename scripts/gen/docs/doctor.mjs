import { loadTs } from '../../lib/load-ts.mjs';
import { block, code, link, page, prose, sentence, table } from './markdown.mjs';

export async function doctorPage() {
  const { THEMES, RULES, OWN_CODES, REPAIRS } = await loadTs('packages/core/src/doctor/index.ts');
  const row = ({ code: name, severity, about, repair }) => [
    code(name),
    severity,
    sentence(about),
    repair ? code(repair) : 'by hand',
  ];
  return page(
    'packages/core/src/doctor',
    '# Doctor',
    `\`doctor\` runs ${RULES.length} rules on one instance, all of them each time, and tells what each found: its code, how bad it is, and
what to do. It looks at the instance's own record (config, settings, ledger, definition); the shell that calls it chooses the
instance and has no further say. Without \`--fix\` nothing is changed.`,
    block('sh', 'polygate --profile rescue doctor\npolygate --profile rescue doctor --fix\npolygate doctor --deep --json'),
    `The exit code is 1 when a finding that is an error is left, else 0; warnings do not count. The document of \`--json\` is in
${link('json.md', 'json.md')}.`,
    '## What --fix does',
    `Each repair is one that a command of its own does, too. What would change is shown first, on stderr; files of a service are
kept in Polygate's state folder (\`backups/\`), a config beside itself (\`.bak\`), for the owner alone. A repair that fails puts
everything back, and the others are tried all the same. Only this instance is repaired: no other profile, and no other product,
whatever \`--deep\` shows. Then all rules are run again, and what is left is told.`,
    table(
      ['Repair', 'What it does'],
      Object.entries(REPAIRS).map(([name, text]) => [code(name), sentence(text[0].toUpperCase() + text.slice(1))]),
    ),
    `A definition with variables that nothing else has is not replaced, as they would be lost. A service under an older name is
replaced only when it runs on this very state directory and no other product is at home there: a name alone says nothing, since
what was the older name of one product may be the proper name of another.`,
    '## Rules',
    `Codes are stable: scripts may match on them. Where the audit of the family has a code for the same thing, it is that one.`,
    Object.entries(THEMES).map(([theme, rules]) => [
      `### ${theme}`,
      table(['Code', 'Severity', 'When it speaks up', 'Repair'], rules.map(row)),
    ]),
    '### The doctor itself',
    table(
      ['Code', 'When it speaks up'],
      Object.entries(OWN_CODES).map(([name, text]) => [code(name), prose(text)]),
    ),
  );
}
