import { lazy, type Route } from '../route.ts';

/** One tool by itself, without a turn of an agent. */
export const tools: readonly Route[] = [
  {
    path: '/tools/invoke',
    methods: ['POST'],
    who: 'token',
    handle: lazy(async () => (await import('./invoke.ts')).invokeTool),
  },
];
