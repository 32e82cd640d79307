import { loadTs } from '../../lib/load-ts.mjs';
import { code, page, prose, table } from './markdown.mjs';

/** What each default of the restart policy means to somebody who sets it: key of the settings, and words. */
const POLICY = {
  when: ['restart.policy', 'Whether it is started again when it ended'],
  steadyMs: ['restart.steadySeconds', 'Ready for so long, it is started again at once and its failures are forgotten'],
  firstMs: ['restart.firstDelaySeconds', 'First pause; doubles with each further failure'],
  highestMs: ['restart.maxDelaySeconds', 'Longest pause'],
  jitter: ['restart.jitter', 'Pauses vary by this share'],
  loopDeaths: ['restart.loopDeaths', 'So many deaths within the window park it, and twice as many in a row'],
  loopWindowMs: ['restart.loopWindowSeconds', 'The window'],
  parkedRetryMs: ['restart.parkedRetrySeconds', 'A parked one is tried again this rarely'],
};

export async function supervisorPage() {
  const { STATES } = await loadTs('packages/core/src/supervise/child.ts');
  const { STATE_MEANINGS, TABLE } = await loadTs('packages/core/src/supervise/table.ts');
  const { EVENT_MEANINGS } = await loadTs('packages/core/src/supervise/events.ts');
  const { ACTION_MEANINGS } = await loadTs('packages/core/src/supervise/actions.ts');
  const { DEFAULT_RESTART_POLICY } = await loadTs('packages/core/src/supervise/backoff.ts');
  const missing = Object.keys(DEFAULT_RESTART_POLICY).filter((key) => !(key in POLICY));
  if (missing.length > 0) throw new Error(`docs: restart policy without words in scripts/gen/docs/supervisor.mjs: ${missing}`);
  const cells = Object.entries(TABLE).map(([event, row]) => [
    code(event),
    ...row.map((action) => (action === 'stay' ? '' : action)),
  ]);
  const used = new Set(Object.values(TABLE).flat());
  return page(
    'packages/core/src/supervise',
    '# The supervisor',
    `What \`up\` does with every instance it looks after, as one table: in each state, for each event, one action. The table below
is the one that the supervisor runs on. \`ps --json\` shows the state, and beside it four facts with their times: wanted, up,
ready and paused.`,
    '## States',
    table(
      ['State', 'Meaning'],
      STATES.map((state) => [code(state), prose(STATE_MEANINGS[state])]),
    ),
    '## State and event',
    'An empty cell changes nothing. The end of a process that is not the present one, and a timer of an earlier wait, never do.',
    table(['Event', ...STATES], cells),
    '## Events',
    table(
      ['Event', 'Meaning'],
      Object.entries(EVENT_MEANINGS).map(([event, meaning]) => [code(event), prose(meaning)]),
    ),
    '## Actions',
    table(
      ['Action', 'What is done'],
      Object.entries(ACTION_MEANINGS)
        .filter(([action]) => action !== 'stay' && used.has(action))
        .map(([action, does]) => [action, prose(does)]),
    ),
    '## When it is started again',
    `- It was ready for \`restart.steadySeconds\`: at once, and its past failures are forgotten.
- It was ready, or up for as long: at once the first time, then after pauses that grow.
- It was neither: after pauses that grow.
- It ended with code 78: not at all, until somebody starts it or its settings change. Only an edit of its configuration helps.
- A crash loop parks it. It is then tried rarely, once each time, and parked again at its first failure; \`polygate up NAME\`
  gives it all its chances at once.
- Its program is not there or may not be run: parked, with the reason.
- A process that the supervisor was asked to end, by \`down\` or \`restart\`, counts as no failure.`,
    table(
      ['Setting', 'Default', 'Meaning'],
      Object.entries(DEFAULT_RESTART_POLICY).map(([key, value]) => {
        const [setting, meaning] = POLICY[key];
        return [code(setting), code(setting.endsWith('Seconds') ? value / 1000 : value), meaning];
      }),
    ),
    '## How it is stopped',
    `Its signal (\`stop.signal\`, SIGTERM unless set) goes to its process group. What has not ended after \`stop.timeoutSeconds\` is
killed, and so is what remains of the group or had left it when the gateway itself has ended. Instances that depend on it stop
before it; all others at the same time.`,
    '## When the supervisor itself ends',
    `Gateways run on when it is killed. The next supervisor takes them over: by its state file, where the pid still belongs to the
same process, and on Linux also by a mark in the environment of every process that it started (\`POLYGATE_SUPERVISED\` and
\`POLYGATE_SUPERVISOR\`). A pid that another process got meanwhile is neither taken over nor signalled. How a gateway that was
taken over ends is not told to its new supervisor: its exit code is \`null\`.`,
  );
}
