import type { AuditInput, Finding, PlaceFact } from './facts.ts';
import { nameOf, type Owned, owned } from './group.ts';

/** Places of one instance below a directory of another: what cleans up the outer one takes the inner one along. */
export function nestedPlaces(input: AuditInput): Finding[] {
  const all = owned(input.instances, ({ places }) => places);
  const outer = all.filter(({ it }) => it.use === 'state directory' || it.use === 'workspace');
  const inner = all.filter(({ it }) => it.use === 'state directory' || it.use === 'workspace' || it.use === 'config');
  return inner.flatMap((one) =>
    outer
      .filter((other) => other.owner !== one.owner && isBelow(input, one.it, other.it) && !ownsBoth(input, one, other))
      .map((other) => finding(one, other)),
  );
}

function finding(one: Owned<PlaceFact>, other: Owned<PlaceFact>): Finding {
  const documented = one.it.use === 'workspace' && one.it.usual && other.it.use === 'state directory';
  return {
    id: `nested-path:${[one.owner, other.owner].sort().join('+')}:${one.it.use}:${one.it.path}:${other.it.use}`,
    code: 'nested-path',
    severity: documented ? 'info' : 'warning',
    instances: [one.owner, other.owner].sort(),
    message: `the ${one.it.use} of ${one.owner} lies in the ${other.it.use} of ${other.owner}: ${one.it.path}`,
    hint: documented
      ? `the documents of the product put it there: never delete ${other.it.path} by hand`
      : `move it out of ${other.it.path}`,
    paths: [one.it.path, other.it.path],
  };
}

/** The outer directory is the instance's own as well: that it is shared is told already. */
function ownsBoth(input: AuditInput, one: Owned<PlaceFact>, other: Owned<PlaceFact>): boolean {
  return input.instances.some(
    ({ id, places }) =>
      id === one.owner &&
      places.some(
        (place) => (place.node !== undefined && place.node === other.it.node) || nameOf(input, place) === nameOf(input, other.it),
      ),
  );
}

function isBelow(input: AuditInput, inner: PlaceFact, outer: PlaceFact): boolean {
  const root = nameOf(input, outer);
  return nameOf(input, inner).startsWith(root.endsWith(input.sep) ? root : root + input.sep);
}
