import { loadTs } from '../../lib/load-ts.mjs';
import { anchor, block, code, link, page, prose, table } from './markdown.mjs';
import { verdictRows } from './verdicts.mjs';

export async function exitCodesPage() {
  const { EXIT_MEANINGS } = await loadTs('packages/core/src/errors/meanings.ts');
  const { everyEntry: catalogue } = await loadTs('packages/core/src/errors/every.ts');
  const codesOf = (exit) => Object.keys(catalogue).filter((name) => String(catalogue[name].exit) === exit);
  const verdicts = await verdictRows();
  return page(
    'packages/core/src/errors and packages/core/src/status/verdict.ts',
    '# Exit codes',
    `Every command uses the same ones, and a number never changes its meaning. From 64 on they are those of \`sysexits.h\`.
The error codes are explained in [errors.md](errors.md).`,
    table(
      ['Exit code', 'Meaning', 'Error codes'],
      Object.entries(EXIT_MEANINGS).map(([exit, meaning]) => [
        code(exit),
        prose(meaning),
        codesOf(exit)
          .map((name) => link(code(name), `errors.md${anchor(name)}`))
          .join(', '),
      ]),
    ),
    `Installed services act on them too: the unit is restarted after every end but one with 78, because only an edit can help
then.`,
    '## Exit codes of status',
    `\`gateway status\` and \`status\` sum an instance up in one word, the *verdict*, and exit with its code. They print their own
document in every case: an instance that is not well is an answer, not an error.`,
    table(
      ['Verdict', 'Meaning', 'Exit code'],
      verdicts.map(([word, meaning, exit]) => [code(word), meaning, code(exit)]),
    ),
    `\`parked\` is 78 because 78 is what the gateway ended with. \`status --all\` exits with 0 when every instance is healthy, else
with the code of the one that is worst.`,
    `\`gateway stop\` and \`gateway uninstall\` of what is not there succeed (0); \`gateway start\` of what is not installed does
not (3). A script can act on the number alone:`,
    block('sh', SCRIPT),
  );
}

const SCRIPT = `polygate --profile rescue gateway status
case $? in
  0) echo 'well' ;;
  3) polygate --profile rescue gateway start ;;
  69) polygate --profile rescue logs --limit 20 ;;
  75) echo 'starting, look again in a moment' ;;
  77 | 78) echo 'somebody has to edit something' ;;
  *) echo 'cannot tell' ;;
esac`;
