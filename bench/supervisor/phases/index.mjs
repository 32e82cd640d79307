import { crash } from './crash.mjs';
import { killed } from './killed.mjs';
import { liveness } from './liveness.mjs';
import { logs } from './logs.mjs';
import { startAndStop } from './start-and-stop.mjs';
import { stubborn } from './stubborn.mjs';

export const PHASES = { start: startAndStop, crash, liveness, logs, stubborn, killed };

/** The most children that a phase has at once, where it is not the largest number of the run. */
export const CHILDREN = { crash: 10, logs: 1, killed: 3 };
