import { browserEntries } from './catalogue/browser.ts';
import type { Entries } from './catalogue/entry.ts';
import { superviseEntries } from './catalogue/supervise.ts';
import { supervisorEntries } from './catalogue/supervisor.ts';
import { catalogue, type ProblemParams } from './catalogue.ts';

/** Every code, those included that are loaded only where they are raised: for what writes or checks all of them. */
export const everyEntry: Entries<ProblemParams> = { ...catalogue, ...superviseEntries, ...supervisorEntries, ...browserEntries };
