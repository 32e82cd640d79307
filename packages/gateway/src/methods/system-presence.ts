import type { Method } from './method.ts';

export const systemPresence: Method<'system-presence'> = (_, state) => state.presence.list();
