import { type ProfileDocument, SCHEMA_VERSION } from '@polygate/core';
import type { Handler } from '../../command.ts';
import { describeInstance } from '../../jobs/describe.ts';
import { openExisting, parseNamed } from '../../jobs/profiles/named.ts';
import { fields } from '../../output/table.ts';

export const run: Handler = async (context, _, [name]) => {
  const selected = async () => (await context.open({ live: false })).instance.id;
  const { found, opened } = await openExisting(context, await parseNamed(context, name ?? (await selected())));
  const instance = await describeInstance(context, opened.instance);
  const { gateway, browserControl, canvas, cdp } = instance.ports;
  const pid = opened.lock?.pid ?? null;
  return {
    json: {
      ok: true,
      schemaVersion: SCHEMA_VERSION,
      instance,
      found: found.found,
      configured: opened.config.exists,
      pid,
    } satisfies ProfileDocument,
    text: fields([
      ['Instance', instance.id],
      ['Config', `${instance.configPath}${opened.config.exists ? '' : ' (not there)'}`],
      ['State', instance.stateDir],
      ['Workspace', instance.workspace],
      ['Gateway port', String(gateway)],
      ['Browser control', String(browserControl ?? '-')],
      ['Canvas', String(canvas ?? '-')],
      ['CDP', `${cdp.first}-${cdp.last}`],
      ['Service', instance.service.name],
      ['Program', instance.program === null ? 'never said' : JSON.stringify(instance.program).replaceAll('"', '')],
      ['Running', pid === null ? 'no gateway holds it' : `pid ${pid}`],
      ['Known from', found.found.join(', ')],
    ]),
  };
};
