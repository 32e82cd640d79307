import { loadTs } from '../../lib/load-ts.mjs';

const NOTHING = { configErrors: 0, installed: false, portOwner: 'nobody' };
const view = (state, more = {}) => ({ enabled: true, state, detail: state, restarts: 0, ...more });
const answered = (outcome) => ({ url: '', outcome, rungs: [] });
const running = { installed: true, portOwner: 'ours', process: { pid: 1, ageMs: 3_600_000 }, manager: view('running') };

/** What each verdict means, and facts that lead to it: the page asks the judge itself for the exit code. */
const VERDICTS = {
  healthy: ['It answers as it should, and is the instance that was meant.', { ...running, probe: answered('ok') }],
  starting: ['It was started a short while ago and does not answer yet.', { ...running, probe: answered('starting') }],
  degraded: [
    'It answers, with something wrong: calls fail, no common protocol version, or a config file with which it would not start again.',
    { ...running, probe: answered('rpc-failed') },
  ],
  unresponsive: ['Its process is there and does not answer, or does not listen.', { ...running, probe: answered('silent') }],
  unauthorized: ['It answers and refuses the secret.', { ...running, probe: answered('unauthorized') }],
  'wrong-instance': [
    'The gateway that answers on its port is another instance.',
    { ...running, probe: answered('wrong-instance') },
  ],
  'port-foreign': ['Something else listens on its port.', { ...NOTHING, portOwner: 'other', probe: answered('not-a-gateway') }],
  'crash-looping': [
    'It ends again and again; the service manager keeps restarting it, or has given up.',
    { ...NOTHING, installed: true, manager: view('failed', { lastExitStatus: 1, gaveUp: true }) },
  ],
  parked: [
    'It ended with exit code 78, a fatal configuration error, and is not started again.',
    { ...NOTHING, installed: true, manager: view('failed', { lastExitStatus: 78 }) },
  ],
  stopped: [
    'A service is installed and nothing runs; also when it had to be killed on its way down.',
    { ...NOTHING, installed: true, manager: view('stopped') },
  ],
  'not-installed': ['Nothing runs, and no service is installed.', { ...NOTHING, manager: view('stopped') }],
  misconfigured: ['Nothing runs, and its config file has errors.', { ...NOTHING, configErrors: 1, manager: view('stopped') }],
  unknown: [
    'Nothing that would tell could be asked, or `--no-probe` was given while it runs.',
    { ...NOTHING, portOwner: undefined },
  ],
};

/** Rows [verdict, meaning, exit code]. Fails when a verdict has no entry or its facts lead elsewhere. */
export async function verdictRows() {
  const { judge, VERDICTS: words } = await loadTs('packages/core/src/status/verdict.ts');
  const entries = Object.keys(VERDICTS);
  const wrong = [...words.filter((w) => !entries.includes(w)), ...entries.filter((e) => !words.includes(e))];
  if (wrong.length > 0) throw new Error(`docs: verdicts to add or drop in scripts/gen/docs/verdicts.mjs: ${wrong.join(', ')}`);
  return words.map((word) => {
    const [meaning, facts] = VERDICTS[word];
    const { verdict, exitCode } = judge(facts);
    if (verdict !== word) throw new Error(`docs: the facts of ${word} are judged ${verdict}`);
    return [word, meaning, exitCode];
  });
}
