import { healthSummary } from '../state.ts';
import type { Method } from './method.ts';

export const health: Method<'health'> = (_, state) => healthSummary(state);
