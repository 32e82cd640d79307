import { pick } from '@polygate/core';
import type { GatewayState } from '../../state.ts';
import { lazy, type Route } from '../route.ts';

/** Endpoints that the config can switch off, by their names in it (`gateway.http.endpoints`). */
type Endpoint = 'chatCompletions' | 'responses';

const isOn = ({ config }: GatewayState, name: Endpoint) =>
  pick(config.running, `gateway.http.endpoints.${name}.enabled`) !== false;

const post = (path: string, name: Endpoint, handle: Route['handle']): Route => ({
  path: (state) => (isOn(state, name) ? path : undefined),
  methods: ['POST'],
  who: 'token',
  handle,
});

/** OpenAI's API, as far as a turn of an agent answers it. */
export const openAi: readonly Route[] = [
  post(
    '/v1/chat/completions',
    'chatCompletions',
    lazy(async () => (await import('./chat.ts')).chatCompletions),
  ),
  post(
    '/v1/responses',
    'responses',
    lazy(async () => (await import('./responses.ts')).responses),
  ),
  {
    path: (state) => (isOn(state, 'chatCompletions') || isOn(state, 'responses') ? '/v1/models' : undefined),
    below: true,
    methods: ['GET'],
    who: 'token',
    handle: lazy(async () => (await import('./models.ts')).models),
  },
];
