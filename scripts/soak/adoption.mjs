import { runStory, seconds } from './story.mjs';

const CHILDREN = 50;
const ROUNDS = 20;

/** The supervisor killed under 50 children, 20 times at random moments: all adopted, none twice. */
export async function adoption({ seed }) {
  console.log(`seed ${seed}`);
  const { passed, figures } = await runStory('the-supervisor-can-be-killed', {
    ...{ POLYGATE_SOAK_ROUNDS: String(ROUNDS), POLYGATE_SOAK_CHILDREN: String(CHILDREN), POLYGATE_SOAK_SEED: String(seed) },
  });
  for (const { round, children, adopted, tookMs } of figures) {
    console.log(
      `round ${round}: ${adopted} adopted, ${children - adopted} that died meanwhile started anew, all ready ${seconds(tookMs)} after the new start`,
    );
  }
  console.log(`${figures.length} of ${ROUNDS} rounds passed (seed ${seed})`);
  return passed;
}
