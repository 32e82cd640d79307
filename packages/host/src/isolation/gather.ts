import { isProblem } from '@polygate/core';
import { type AuditInput, type Finding, type InstanceFacts, notAudited } from '@polygate/core/isolation';
import { openFound } from '../instances/known.ts';
import type { World } from '../instances/open.ts';
import { namedInstances } from './names.ts';
import { placesOf } from './places.ts';
import { secretsOf, tokenFiles } from './secrets.ts';

/** What an audit rests on, and the instances that could not be looked at. */
export interface Gathered {
  input: AuditInput;
  findings: Finding[];
}

/**
 * Looks at every instance of this account: a dozen paths and one config each. Secrets are hashed here, with a salt that is
 * thrown away, and go no further.
 */
export async function gatherIsolation(world: World): Promise<Gathered> {
  const { host } = world;
  const names = await namedInstances(world);
  const { randomBytes } = await import('node:crypto');
  const salt = randomBytes(16);
  const findings: Finding[] = [];
  const instances = await Promise.all(
    names.map(async (found): Promise<InstanceFacts | undefined> => {
      const name = `${found.product}/${found.profile}`;
      const isNamesake = names.some((n) => n !== found && n.product === found.product && n.profile === found.profile);
      const id = isNamesake ? `${name} at ${found.stateDir}` : name;
      try {
        const opened = await openFound(world, found, { live: false });
        const { config } = opened;
        const unread = config.syntax?.message ?? config.unreadable?.message;
        if (unread !== undefined) findings.push(notAudited(id, `${config.path}: ${unread}`));
        const places = await placesOf(world, opened, tokenFiles(world, config.parsed));
        return { id, name, places, secrets: await secretsOf(config.parsed, salt) };
      } catch (error) {
        if (!isProblem(error)) throw error;
        findings.push(notAudited(id, error.message));
        return undefined;
      }
    }),
  );
  return {
    input: {
      instances: instances.filter((facts) => facts !== undefined),
      foldsCase: host.platform === 'darwin' || host.platform === 'win32',
      uid: host.users.uid === -1 ? undefined : host.users.uid,
      sep: host.paths.sep,
    },
    findings,
  };
}
