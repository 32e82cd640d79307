/** What can happen, and how often beside the others. */
const KINDS = { kill: 30, end: 15, wedge: 12, settings: 15, thief: 10, stop: 10, supervisor: 8 };
/** On the average this long from one to the next. */
const PACE_MS = 700;

/**
 * What happens when, in milliseconds from the beginning. The same for the same seed, length and number of instances.
 * `random` gives numbers from 0 up to 1. An event: `{ at, kind, index, forMs }`.
 */
export function makePlan({ random, lengthMs, count }) {
  const total = Object.values(KINDS).reduce((sum, weight) => sum + weight, 0);
  const pickKind = () => {
    let rest = random() * total;
    return Object.keys(KINDS).find((kind) => (rest -= KINDS[kind]) < 0);
  };
  const events = [];
  for (let at = random() * PACE_MS * 2; at < lengthMs; at += random() * PACE_MS * 2) {
    const kind = pickKind();
    events.push({ at: Math.round(at), kind, index: Math.floor(random() * count), forMs: Math.round(200 + random() * 3_800) });
  }
  return events;
}

const WORDS = {
  kill: ({ name }) => `${name} is killed`,
  end: ({ name }) => `${name} is asked to end by a stranger`,
  wedge: ({ name }) => `${name} is paused and answers nothing`,
  settings: ({ name }) => `${name} gets other settings`,
  thief: ({ name, forMs }) => `${name} is killed, and a stranger takes its port for ${forMs} ms`,
  stop: ({ name, forMs }) => `${name} is stopped with down, for ${forMs} ms`,
  supervisor: ({ forMs }) => `the supervisor is killed; another one starts after ${forMs} ms`,
};

export const describeEvent = (event) =>
  `${(event.at / 1000).toFixed(1).padStart(7)} s  ${WORDS[event.kind]({ ...event, name: `p${event.index}` })}`;
