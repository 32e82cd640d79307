import { reading } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { parseSystemctlShow } from '../readings/systemctl-show.ts';
import { systemdView } from '../readings/systemd-view.ts';
import type { ProbeOutcome, ProbeReport } from './probe.ts';
import { judge, type ManagerView, STARTUP_BUDGET_MS, type StatusFacts, VERDICTS, type Verdict } from './verdict.ts';

const probed = (outcome: ProbeOutcome, more: Partial<ProbeReport> = {}): { probe: ProbeReport } => ({
  probe: { url: 'ws://127.0.0.1:18789', outcome, rungs: [], ...more },
});
const closed = probed('closed');
const view = (more: Partial<ManagerView>): { manager: ManagerView; installed: true } => ({
  installed: true,
  manager: {
    ...{ enabled: true, state: 'stopped', detail: 'x', pid: undefined, lastExitStatus: undefined, restarts: 0 },
    ...{ gaveUp: false, lastRunMs: undefined, ...more },
  },
});
const managed = (state: ManagerView['state'], more: Partial<ManagerView> = {}) => view({ state, ...more });
/** The manager's view as a real systemd printed it. */
const systemd = (name: string) => view(systemdView(parseSystemctlShow(reading('systemctl', name))[0] ?? {}));
const old = { process: { pid: 7, ageMs: STARTUP_BUDGET_MS } };
const young = { process: { pid: 7, ageMs: STARTUP_BUDGET_MS - 1 } };
const ageless = { process: { pid: 7, ageMs: undefined } };
const ours = { portOwner: 'ours' } as const;
const other = { portOwner: 'other' } as const;
const unseen = { portOwner: undefined };
const broken = { configErrors: 2 };
const elsewhere = { address: 'ws://other:1' };

const NOTHING: StatusFacts = {
  ...{ configErrors: undefined, installed: false, manager: undefined, process: undefined },
  ...{ portOwner: 'nobody', probe: undefined },
};

const TABLE: [name: string, facts: Partial<StatusFacts>, verdict: Verdict, exitCode: number][] = [
  // It answers: what it says counts, whatever else is known.
  ['it answers', { ...probed('ok'), ...managed('running'), ...old, ...ours }, 'healthy', 0],
  ['it answers, and there is no definition', { ...probed('ok'), ...old, ...ours }, 'healthy', 0],
  ['it answers, and nothing else can be seen', { ...probed('ok'), ...unseen }, 'healthy', 0],
  ['it answers, and its service has failed', { ...probed('ok'), ...managed('failed'), ...old, ...ours }, 'healthy', 0],
  ['it answers, and its config is broken', { ...probed('ok'), ...old, ...ours, ...broken }, 'degraded', 69],
  ['it answers, and its config is fine', { ...probed('ok'), ...old, ...ours, configErrors: 0 }, 'healthy', 0],
  ['it speaks another protocol', { ...probed('protocol'), ...old, ...ours }, 'degraded', 69],
  ['it answers no calls', { ...probed('rpc-failed'), ...old, ...ours }, 'degraded', 69],
  ['it refuses the secret', { ...probed('unauthorized'), ...old, ...ours }, 'unauthorized', 77],
  ['it refuses the secret of somebody else', { ...probed('unauthorized'), ...other }, 'unauthorized', 77],
  ['it says that it is starting', { ...probed('starting'), ...old, ...ours }, 'starting', 75],
  ['it is another instance', { ...probed('wrong-instance'), ...other }, 'wrong-instance', 69],

  // Something is there and does not talk.
  ['our process accepts and is silent', { ...probed('silent'), ...old, ...ours }, 'unresponsive', 69],
  ['our young process accepts and is silent', { ...probed('silent'), ...young, ...ours }, 'starting', 75],
  ['the service accepts and is silent', { ...probed('silent'), ...managed('running'), ...unseen }, 'unresponsive', 69],
  ['a stranger accepts and is silent', { ...probed('silent'), ...other }, 'port-foreign', 69],
  ['a stranger is silent, and our process is elsewhere', { ...probed('silent'), ...old, ...other }, 'port-foreign', 69],
  ['nobody listens, which a slow system has not said yet', { ...probed('silent'), ...managed('stopped') }, 'stopped', 3],
  ['somebody is silent, who cannot be seen', { ...probed('silent'), ...unseen }, 'port-foreign', 69],
  ['our process speaks something else', { ...probed('not-a-gateway'), ...old, ...ours }, 'unresponsive', 69],
  ['a web server is there', { ...probed('not-a-gateway'), ...other }, 'port-foreign', 69],

  // Nobody was asked.
  ['our process listens, not asked', { ...old, ...ours }, 'unknown', 4],
  ['a stranger listens, not asked', { ...other }, 'port-foreign', 69],
  ['nothing listens, not asked', { ...managed('stopped') }, 'stopped', 3],

  // Nothing listens: the manager and the process tell why.
  ['the manager is starting it', { ...closed, ...managed('starting') }, 'starting', 75],
  ['the manager restarts it again and again', { ...closed, ...managed('starting', { restarts: 3 }) }, 'crash-looping', 69],
  [
    'it was restarted often, and its last run was long',
    { ...closed, ...managed('starting', { restarts: 9, lastRunMs: 86_400_000 }) },
    'starting',
    75,
  ],
  ['systemd cannot read its unit', { ...closed, ...systemd('252-show-bad-unit-file') }, 'misconfigured', 78],
  [
    'its unit cannot be read, and it still runs',
    { ...closed, ...managed('running', { obstacle: 'bad-definition' }), ...old },
    'unresponsive',
    69,
  ],
  ['its unit is masked', { ...closed, ...managed('stopped', { obstacle: 'masked' }) }, 'stopped', 3],
  ['it was killed when it was to stop', { ...closed, ...managed('failed', { restarts: 4 }) }, 'stopped', 3],
  ['the manager restarted it twice', { ...closed, ...managed('starting', { restarts: 2 }) }, 'starting', 75],
  ['its young process does not listen yet', { ...closed, ...managed('running'), ...young }, 'starting', 75],
  ['its process does not listen', { ...closed, ...managed('running'), ...old }, 'unresponsive', 69],
  ['its process, of unknown age, does not listen', { ...closed, ...ageless }, 'unresponsive', 69],
  ['the manager says that it runs, and no more', { ...closed, ...managed('running') }, 'unresponsive', 69],
  [
    'the manager gave up on it',
    { ...closed, ...managed('failed', { lastExitStatus: 1, restarts: 9, gaveUp: true }) },
    'crash-looping',
    69,
  ],
  ['it ended with 78', { ...closed, ...managed('failed', { lastExitStatus: 78 }) }, 'parked', 78],
  [
    'it ended with 78 and its config is broken',
    { ...closed, ...managed('failed', { lastExitStatus: 78 }), ...broken },
    'parked',
    78,
  ],
  [
    'it failed and its config is broken',
    { ...closed, ...managed('failed', { lastExitStatus: 1 }), ...broken },
    'misconfigured',
    78,
  ],
  ['it is stopped', { ...closed, ...managed('stopped') }, 'stopped', 3],
  ['it is being stopped', { ...closed, ...managed('stopping') }, 'stopped', 3],
  ['it is stopped and its config is broken', { ...closed, ...managed('stopped'), ...broken }, 'misconfigured', 78],
  ['it was never installed', { ...closed }, 'not-installed', 3],
  ['it was never installed, its config is broken', { ...closed, ...broken }, 'misconfigured', 78],
  ['it is installed, and the manager cannot be asked', { ...closed, installed: true }, 'stopped', 3],
  ['nothing could be asked', { ...unseen, installed: true }, 'unknown', 4],

  // What systemd really says.
  ['systemd: running, closed', { ...closed, ...systemd('252-show-running'), ...old }, 'unresponsive', 69],
  ['systemd: stopped', { ...closed, ...systemd('252-show-stopped') }, 'stopped', 3],
  ['systemd: no such unit', { ...closed, ...systemd('252-show-not-found'), installed: false }, 'not-installed', 3],
  ['systemd: exit 78', { ...closed, ...systemd('252-show-parked-78') }, 'parked', 78],
  ['systemd: killed once, restarts', { ...closed, ...systemd('252-show-auto-restart-after-kill') }, 'starting', 75],
  ['systemd: between restarts of a loop', { ...closed, ...systemd('252-show-auto-restart-looping') }, 'crash-looping', 69],
  ['systemd: start limit, exit 1', { ...closed, ...systemd('252-show-start-limit-exit-code') }, 'crash-looping', 69],
  ['systemd: start limit, exit 0', { ...closed, ...systemd('252-show-start-limit-hit') }, 'crash-looping', 69],
  ['systemd: the program is gone', { ...closed, ...systemd('252-show-no-program') }, 'crash-looping', 69],
  [
    'it refuses the secret, which a broken config does not give',
    { ...probed('unauthorized'), ...ours, ...broken },
    'degraded',
    69,
  ],
  // What it stands on is gone or replaced: what answers is not what would be started.
  ['it answers, and its state directory is gone', { ...probed('ok'), ...old, ...ours, stateDirGone: true }, 'degraded', 69],
  ['it refuses a secret that is gone', { ...probed('unauthorized'), ...managed('running'), stateDirGone: true }, 'degraded', 69],
  [
    'its state directory is gone, and so is its process',
    { ...closed, ...managed('stopped'), stateDirGone: true },
    'misconfigured',
    78,
  ],
  ['it cannot start without its state directory', { ...closed, ...managed('starting'), stateDirGone: true }, 'misconfigured', 78],
  ['it answers, and its state directory was replaced', { ...probed('ok'), ...old, ...ours, detached: true }, 'degraded', 69],
  [
    'it refuses the secret of a directory that replaced its own',
    { ...probed('unauthorized'), detached: true },
    'unauthorized',
    77,
  ],

  // A definition that cannot be read is told of when nothing runs.
  ['it answers, and its definition is out of reach', { ...probed('ok'), ...old, unreadable: 'no right' }, 'healthy', 0],
  ['nothing runs, and its definition is out of reach', { ...closed, unreadable: 'it is a directory' }, 'misconfigured', 78],

  // Another address was asked: what is local does not count, whatever it is.
  ['--url: it answers', { ...probed('ok'), ...elsewhere, ...managed('failed'), ...broken }, 'healthy', 0],
  ['--url: nothing is there', { ...closed, ...elsewhere, ...managed('running'), ...young, ...ours }, 'stopped', 3],
  ['--url: it wants a secret', { ...probed('unauthorized'), ...elsewhere, ...broken }, 'unauthorized', 77],
  ['--url: it is starting', { ...probed('starting'), ...elsewhere }, 'starting', 75],
  ['--url: it is silent', { ...probed('silent'), ...elsewhere, ...young, ...ours }, 'unresponsive', 69],
  ['--url: it is no gateway', { ...probed('not-a-gateway'), ...elsewhere, ...ours }, 'port-foreign', 69],
  ['--url: it answers no calls', { ...probed('rpc-failed'), ...elsewhere }, 'degraded', 69],
  ['--url: it was not asked', { ...elsewhere, ...managed('running'), ...ours }, 'unknown', 4],
  ['systemd: it had to be killed to stop', { ...closed, ...systemd('252-show-stop-timed-out') }, 'stopped', 3],
];

describe('the verdict', () => {
  it.each(TABLE)('%s', (_, facts, verdict, exitCode) => {
    const judgement = judge({ ...NOTHING, ...facts });
    expect([judgement.verdict, judgement.exitCode]).toEqual([verdict, exitCode]);
    expect(judgement.reason).toMatch(/^[^\n]+$/);
  });

  it('is every word of the list in some row above', () => {
    const reached = new Set(TABLE.map(([, , verdict]) => verdict));
    expect(VERDICTS.filter((verdict) => !reached.has(verdict))).toEqual([]);
  });

  it('gives the reason of the probe where there is one', () => {
    const { reason } = judge({ ...NOTHING, ...probed('unauthorized', { reason: 'token mismatch' }), ...old, ...ours });
    expect(reason).toBe('token mismatch');
  });

  it('takes the age from the gateway when that of the process cannot be had', () => {
    const server = { version: '1', uptimeMs: 10 };
    expect(judge({ ...NOTHING, ...probed('silent', { server }), ...ageless, ...ours }).verdict).toBe('starting');
  });

  it('says why a definition cannot be read, and that a config was mended since', () => {
    const { reason } = judge({
      ...NOTHING,
      ...closed,
      ...managed('stopped', { obstacle: 'bad-definition', why: 'line 11: no' }),
    });
    expect(reason).toContain('cannot read its definition: line 11: no');
    const parked = { ...NOTHING, ...closed, ...managed('failed', { lastExitStatus: 78 }) };
    expect(judge(parked).reason).not.toContain('now');
    expect(judge({ ...parked, configReady: true }).reason).toContain('nothing wrong with it now');
  });

  it('says how often it was restarted', () => {
    expect(judge({ ...NOTHING, ...closed, ...managed('starting', { restarts: 7 }) }).reason).toContain('7 times');
  });
});
