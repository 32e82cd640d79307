import { canvasRoutes } from '../canvas/routes.ts';
import { controlUiRoutes } from '../pages/routes.ts';
import { probes } from './probes.ts';
import type { Route } from './route.ts';

/** Everything that HTTP is answered on, in the family's order: the first that fits counts. */
export const ROUTES: readonly Route[] = [...probes, ...canvasRoutes, ...controlUiRoutes];
