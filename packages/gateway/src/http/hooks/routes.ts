import { pick, textAt } from '@polygate/core';
import type { GatewayState } from '../../state.ts';
import { lazy, type Route } from '../route.ts';

/** Where hooks come in; undefined where the config has none. */
export function hooksPath({ config }: Pick<GatewayState, 'config'>): string | undefined {
  if (pick(config.running, 'hooks.enabled') !== true) return undefined;
  const said = (textAt(config.running, 'hooks.path') ?? 'hooks').trim().replace(/^\/+|\/+$/g, '');
  // Everything there is would be a hook.
  return said === '' ? undefined : `/${said}`;
}

/** What others tell the gateway by a token of their own. */
export const hooks: readonly Route[] = [
  {
    path: hooksPath,
    below: true,
    methods: ['POST'],
    who: async (exchange) => (await import('./token.ts')).demandHookToken(exchange),
    handle: lazy(async () => (await import('./hooks.ts')).takeHook),
  },
];
