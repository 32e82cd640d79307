import type { AuditInput, Finding, InstanceFacts, PlaceFact, PlaceUse } from './facts.ts';

const OTHERS = 0o077;
const PRIVATE: ReadonlySet<PlaceUse> = new Set([
  ...(['state directory', 'config', 'env file', 'lock', 'device identity', 'credentials', 'channel token file'] as const),
]);
const DIRECTORIES: ReadonlySet<PlaceUse> = new Set(['state directory', 'credentials']);

/** What other accounts of this machine may read of an instance, or own. */
export function accessFindings(input: AuditInput): Finding[] {
  return input.instances.flatMap((instance) =>
    instance.places.flatMap((place) => [...readable(input, instance, place), ...foreign(input, instance, place)]),
  );
}

function readable({ sep }: AuditInput, { id, places }: InstanceFacts, { use, path, canonical, mode }: PlaceFact): Finding[] {
  if (!PRIVATE.has(use) || mode === undefined || (mode & OTHERS) === 0) return [];
  // Behind a state directory that nobody else may enter, a file's own mode does not open it, until it is copied or moved.
  const guarded = places.some(
    (p) =>
      p.use === 'state directory' && p.mode !== undefined && (p.mode & OTHERS) === 0 && canonical.startsWith(p.canonical + sep),
  );
  const wanted = DIRECTORIES.has(use) ? '700' : '600';
  return [
    {
      id: `readable-by-others:${id}:${use}:${path}`,
      code: 'readable-by-others',
      severity: guarded || DIRECTORIES.has(use) ? 'warning' : 'error',
      instances: [id],
      message: `the ${use} of ${id} is open to other accounts (mode ${mode.toString(8).padStart(4, '0')}): ${path}`,
      hint: `chmod ${wanted} ${path}`,
      paths: [path],
    },
  ];
}

function foreign({ uid }: AuditInput, { id }: InstanceFacts, { use, path, uid: owner }: PlaceFact): Finding[] {
  if (uid === undefined || owner === undefined || owner === uid) return [];
  return [
    {
      id: `owned-by-other:${id}:${use}:${path}`,
      code: 'owned-by-other',
      severity: 'warning',
      instances: [id],
      message: `the ${use} of ${id} belongs to another account (uid ${owner}): ${path}`,
      hint: `if that is not meant: chown ${uid} ${path}`,
      paths: [path],
    },
  ];
}
