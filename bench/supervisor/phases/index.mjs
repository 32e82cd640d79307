import { crash } from './crash.mjs';
import { killed } from './killed.mjs';
import { liveness } from './liveness.mjs';
import { logs } from './logs.mjs';
import { startAndStop } from './start-and-stop.mjs';
import { stubborn } from './stubborn.mjs';

export const PHASES = { start: startAndStop, crash, liveness, logs, stubborn, killed };
