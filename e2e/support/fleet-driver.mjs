// A supervisor without commands: runs the fleet of packages/supervisor in a process of its own, so that it can be killed, and
// does what it is told over IPC. Children are not probed: one that runs is ready.
import { loadTs } from '../../scripts/lib/load-ts.mjs';

const [{ createFleet }, { nodeHost }] = await Promise.all([
  loadTs('packages/supervisor/src/index.ts'),
  loadTs('packages/host/src/index.ts'),
]);
const prober = { watch: () => ({ close() {} }) };
const notice = (event, message) => process.send({ event: { id: '', event, message } });
let fleet;

const OPS = {
  async open({ folder }) {
    fleet = await createFleet({ host: nodeHost(), folder, version: '0.1.0', prober, notice });
    fleet.listen((event) => process.send({ event }));
  },
  apply: ({ specs }) => fleet.apply(specs),
  start: ({ ids }) => fleet.start(ids),
  stop: ({ ids }) => fleet.stop(ids),
  restart: ({ ids, rolling }) => fleet.restart(ids, { rolling }),
  reports: () => fleet.reports(),
  async close({ children }) {
    await fleet.close(children);
    // Nothing of it may keep the process alive; IPC does.
    setTimeout(() => process.disconnect(), 0);
  },
};

process.on('message', async ({ n, op, ...args }) => {
  try {
    process.send({ n, result: (await OPS[op](args)) ?? null });
  } catch (error) {
    process.send({ n, error: { code: error.code, message: error.message, params: error.params } });
  }
});
process.send({ event: { id: '', event: 'loaded', message: '' } });
