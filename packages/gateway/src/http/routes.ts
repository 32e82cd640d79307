import { canvasRoutes } from '../canvas/routes.ts';
import { controlUiRoutes } from '../pages/routes.ts';
import { hooks } from './hooks/routes.ts';
import { metrics } from './metrics/routes.ts';
import { openAi } from './openai/routes.ts';
import { probes } from './probes.ts';
import type { Route } from './route.ts';
import { tools } from './tools/routes.ts';

/** Everything that HTTP is answered on, in the family's order: the first that fits counts. */
export const ROUTES: readonly Route[] = [
  ...probes,
  ...hooks,
  ...tools,
  ...openAi,
  ...metrics,
  ...canvasRoutes,
  ...controlUiRoutes,
];
