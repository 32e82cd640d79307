import { pick } from '@polygate/core';
import { lazy, type Route } from '../route.ts';

/** Where `gateway.http.endpoints.metrics.enabled` is true. */
export const metrics: readonly Route[] = [
  {
    path: ({ config }) => (pick(config.running, 'gateway.http.endpoints.metrics.enabled') === true ? '/metrics' : undefined),
    methods: ['GET'],
    who: 'token',
    handle: lazy(async () => (await import('./metrics.ts')).showMetrics),
  },
];
