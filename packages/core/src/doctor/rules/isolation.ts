import type { Finding } from '../../isolation/facts.ts';
import { type Found, type Rule, rule } from '../rule.ts';

const asFound = ({ message, hint, paths }: Finding): Found => ({ message, fix: hint, ...(paths ? { paths } : {}) });
/** Told by rules of their own: what others may read, and a config that cannot be read. */
const isToldElsewhere = ({ code }: Finding) => ['readable-by-others', 'owned-by-other', 'not-audited'].includes(code);
const isOf = (path: string) => (finding: Finding) => finding.paths?.includes(path) === true;

/** What `profiles audit` finds: what is shared with others, and what others may read. */
export const isolationRules: readonly Rule[] = [
  rule({
    code: 'config-readable',
    severity: 'error',
    about: 'Other accounts may read the config, which has secrets in it.',
    needs: ['isolation'],
    repair: 'mode',
    check: ({ isolation, instance }) =>
      isolation
        .filter((finding) => finding.code === 'readable-by-others' && isOf(instance.configPath)(finding))
        .map((finding) => ({ ...asFound(finding), severity: finding.severity })),
  }),
  rule({
    code: 'state-dir-readable',
    severity: 'warning',
    about: 'Other accounts may enter the state directory.',
    needs: ['isolation'],
    repair: 'mode',
    check: ({ isolation, instance }) =>
      isolation
        .filter((finding) => finding.code === 'readable-by-others' && isOf(instance.stateDir)(finding))
        .map((finding) => ({ ...asFound(finding), severity: finding.severity })),
  }),
  rule({
    code: 'file-readable',
    severity: 'warning',
    about: 'Other accounts may read credentials, device keys, locks or files with secrets of the instance.',
    needs: ['isolation'],
    repair: 'mode',
    check: ({ isolation, instance, definition }) =>
      isolation
        .filter(({ code, paths = [] }) => {
          const told = [instance.configPath, instance.stateDir, definition?.environmentFile?.path];
          return code === 'readable-by-others' && !paths.some((path) => told.includes(path));
        })
        .map((finding) => ({ ...asFound(finding), severity: finding.severity })),
  }),
  rule({
    code: 'owned-by-other',
    severity: 'warning',
    about: 'A file or directory of the instance belongs to another account: often left by a command under sudo.',
    needs: ['isolation'],
    check: ({ isolation }) => isolation.filter(({ code }) => code === 'owned-by-other').map(asFound),
  }),
  rule({
    code: 'instance-shared',
    severity: 'error',
    about: 'Another instance has the same directory, file, name or secret.',
    needs: ['isolation'],
    check: ({ isolation }) =>
      isolation
        .filter((finding) => !isToldElsewhere(finding))
        .map((finding) => ({ ...asFound(finding), severity: finding.severity })),
  }),
];
