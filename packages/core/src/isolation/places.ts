import type { AuditInput, Finding, PlaceFact, PlaceUse } from './facts.ts';
import { folded, listed, nameOf, type Owned, owned, ownersOf, sharedBy } from './group.ts';

/** What sharing does. Logs are mixed and stay whole; everything else is written by two that do not know of each other. */
const HARMLESS: ReadonlySet<PlaceUse> = new Set(['logs']);

/** Paths that are one place on the disk for two instances, under whatever names. */
export function sharedPlaces(input: AuditInput): Finding[] {
  const all = owned(input.instances, ({ places }) => places);
  const groups = [
    // By what it is, then by what it is called: of what does not exist yet there is only the name.
    ...sharedBy(all, ({ node }) => node),
    ...sharedBy(all, (place) => (place.node === undefined ? nameOf(input, place) : undefined)),
  ];
  return [...groups.map(sharedFinding), ...caseOnly(input, all)];
}

function sharedFinding(group: readonly Owned<PlaceFact>[]): Finding {
  const instances = ownersOf(group);
  const uses = [...new Set(group.map(({ it }) => it.use))].sort();
  const paths = [...new Set(group.map(({ it }) => it.path))].sort();
  const names = paths.length > 1 ? `${paths.join(' is ')}, under ${paths.length} names` : `${paths[0]}`;
  return {
    id: `shared-path:${instances.join('+')}:${uses.join('+')}:${paths[0]}`,
    code: 'shared-path',
    severity: uses.every((use) => HARMLESS.has(use)) ? 'warning' : 'error',
    instances,
    message: `${listed(instances)} share ${listed(uses)}: ${names}`,
    hint: 'give all of them but one a place of its own: setup makes one for a profile with another name',
    paths,
  };
}

/** Two paths that this file system tells apart and others do not: a copy of both to such a one is one. */
function caseOnly(input: AuditInput, all: readonly Owned<PlaceFact>[]): Finding[] {
  if (input.foldsCase) return [];
  // Below a directory that is told of, its files differ in the same way.
  const roots = all.filter(({ it }) => it.use === 'state directory' || it.use === 'workspace');
  return sharedBy(roots, ({ canonical }) => folded(canonical)).flatMap((group) => {
    const paths = [...new Set(group.map(({ it }) => it.canonical))].sort();
    if (paths.length < 2 || new Set(group.map(({ it }) => it.node ?? it.canonical)).size < 2) return [];
    const instances = ownersOf(group);
    return [
      {
        id: `case-only:${instances.join('+')}:${paths[0]}`,
        code: 'case-only' as const,
        severity: 'warning' as const,
        instances,
        message: `paths of ${listed(instances)} differ only in the case of letters: ${listed(paths)}`,
        hint: 'rename one of them: on macOS, on Windows and in many backups they are one directory',
        paths,
      },
    ];
  });
}
