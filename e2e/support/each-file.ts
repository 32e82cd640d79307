import { afterAll, afterEach } from 'vitest';
import { cleanUp } from './world.ts';

// Before each file of stories: they share the modules of their worker, which then would know of the first one alone.
afterEach(() => cleanUp('test'));
afterAll(() => cleanUp('file'), 120_000);
