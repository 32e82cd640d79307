import { type BrowserProfileChangeDocument, SCHEMA_VERSION } from '@polygate/core';
import { openInstance } from '@polygate/host';
import type { Outcome } from '../../command.ts';
import type { Context } from '../../context.ts';
import { describeInstance } from '../describe.ts';
import type { ProfileChange } from './profiles.ts';

/** What became of a browser profile, with its instance as it is now. */
export async function profileOutcome(context: Context, { name, port, result }: ProfileChange, text: string): Promise<Outcome> {
  const { instance } = await openInstance(await context.world({ fresh: true }), context.selection, { live: false });
  return {
    json: {
      ok: true,
      schemaVersion: SCHEMA_VERSION,
      result,
      instance: await describeInstance(context, instance),
      profile: { name, port },
    } satisfies BrowserProfileChangeDocument,
    text,
  };
}
