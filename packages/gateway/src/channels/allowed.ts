import { pick } from '@polygate/core';
import type { Incoming } from './channel.ts';

/**
 * True for somebody whom the config lets speak to the agent: `allowFrom` names people (`"*"`: everybody), `groups` the groups in
 * which it listens (`"*"`: all). Nobody else is answered: whoever speaks to an agent has it do things.
 */
export function isAllowed(settings: unknown, { from, name, chat, isGroup }: Incoming): boolean {
  if (isGroup && !namedIn(Object.keys((pick(settings, 'groups') ?? {}) as object), [chat])) return false;
  const people = pick(settings, 'allowFrom');
  return Array.isArray(people) && namedIn(people.map(String), name === undefined ? [from] : [from, name]);
}

function namedIn(list: readonly string[], names: readonly string[]): boolean {
  const plain = (name: string) => name.trim().replace(/^[@+]/, '').toLowerCase();
  const wanted = names.map(plain);
  return list.some((each) => each.trim() === '*' || (plain(each) !== '' && wanted.includes(plain(each))));
}
