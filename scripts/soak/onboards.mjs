import { runStory, seconds } from './story.mjs';

const PROCESSES = 50;
const ROUNDS = 2;

/** 50 onboards at once, twice; prints how long they took. */
export async function onboards() {
  let passed = 0;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const story = await runStory('concurrent-onboards', { POLYGATE_SOAK_PROCESSES: String(PROCESSES) });
    if (story.passed) passed += 1;
    for (const { processes, tookMs, slowestMs, ports } of story.figures) {
      console.log(
        `round ${round}: ${processes} onboards, ${ports} ports, all different; all done after ${seconds(tookMs)}, slowest ${seconds(slowestMs)}`,
      );
    }
  }
  console.log(`${passed} of ${ROUNDS} rounds passed`);
  return passed === ROUNDS;
}
