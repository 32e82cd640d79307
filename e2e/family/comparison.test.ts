import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import type { Finished } from '@polygate/testkit';
import { unless, whyNoNetwork, whyNoProgram } from '@polygate/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Job, type Measured, measure, table } from '../support/comparison.ts';
import { peer } from '../support/peers.ts';
import { PEER_OF, type RealFleet, realFleet } from '../support/real-fleet.ts';
import { forAllTests, ROOT } from '../support/world.ts';

const whyNot = whyNoNetwork() ?? whyNoProgram('time');
const RUNS = Number(process.env.POLYGATE_COMPARISON_RUNS ?? 3);
const PAGE = process.env.POLYGATE_COMPARISON;
const PROFILES = ['main', 'rescue'];

const parsed = (text: string): Record<string, never> | undefined => {
  try {
    return JSON.parse(text.slice(Math.max(0, text.search(/^[{[]/m)))) as Record<string, never>;
  } catch {
    return undefined;
  }
};
const json = ({ stdout }: Finished) => parsed(stdout);
const unlessJson = (answer: Finished) => (json(answer) ? undefined : 'no JSON');
const at = (value: unknown, path: string) =>
  path.split('.').reduce<unknown>((found, key) => (found as Record<string, unknown> | undefined)?.[key], value);
/** A script goes by the exit code. */
const failing = (answer: Finished) => (answer.code === 0 ? 'exit 0 all the same' : unlessJson(answer));

function jobs(their: (...args: string[]) => string[], our: (...args: string[]) => string[]): Job[] {
  const both = (...args: string[]) => ({ theirs: [their(...args)], ours: [our(...args)] });
  return [
    {
      what: 'Print the version',
      theirs: [their('--version')],
      ours: [our('version')],
      wrong: ({ stdout }) => (/\d+\.\d+\.\d+/.test(stdout) ? undefined : 'no version'),
    },
    {
      what: 'Status of a gateway',
      ...both('gateway', 'status', '--json'),
      wrong: (a) => (at(json(a), 'rpc.ok') === true ? undefined : 'rpc not ok'),
    },
    {
      what: 'Status, looking at everything',
      ...both('gateway', 'status', '--deep', '--json'),
      wrong: (a) => (at(json(a), 'rpc.ok') === true ? undefined : 'rpc not ok'),
    },
    { what: 'Its health', ...both('health', '--json'), wrong: (a) => (at(json(a), 'ok') === true ? undefined : 'not ok') },
    { what: 'One call over its socket', ...both('gateway', 'call', 'health', '--json'), wrong: unlessJson },
    {
      what: 'What can be reached',
      ...both('gateway', 'probe', '--json'),
      wrong: (a) => (at(json(a), 'ok') === true ? undefined : 'not ok'),
    },
    {
      what: 'The last five lines of its log',
      ...both('logs', '--json', '--limit', '5'),
      wrong: ({ stdout }) =>
        stdout
          .trim()
          .split('\n')
          .every((line) => parsed(line))
          ? undefined
          : 'lines that are no JSON',
    },
    { what: 'A call that does not exist', ...both('gateway', 'call', 'no.such.method', '--json'), wrong: failing },
    { what: 'Status with a wrong token', ...both('gateway', 'status', '--json', '--token', 'wrong'), wrong: failing },
    {
      what: 'All instances at once',
      theirs: PROFILES.map((profile) => their('--profile', profile, 'gateway', 'status', '--json')),
      ours: [our('status', '--all', '--json')],
      wrong: unlessJson,
    },
    { what: 'Status of one that is down', ...both('gateway', 'status', '--json'), wrong: failing, stopped: true },
    { what: 'Health of one that is down', ...both('health', '--json'), wrong: failing, stopped: true },
  ];
}

describe.skipIf(whyNot !== undefined)(unless(whyNot, 'twelve jobs, by the product’s own command and by Polygate'), () => {
  describe.each(['openclaw', 'clawdbot'])('%s', (product) => {
    let fleet: RealFleet;
    beforeAll(async () => {
      fleet = await forAllTests(() => realFleet(...PROFILES.map((profile) => `${product}/${profile}`)));
      for (const profile of PROFILES) expect((await fleet.up(`${product}/${profile}`)).code).toBe(0);
    }, 1_500_000);

    it('are done by both; ours are all right', async () => {
      const { node, entry } = peer(PEER_OF[product] as string);
      const named = (args: string[]) => (args.includes('--profile') ? args : ['--profile', 'main', ...args]);
      const their = (...args: string[]) => fleet.network.inside([node, entry, ...named(args)]);
      const our = (...args: string[]) =>
        fleet.network.inside([process.execPath, `${ROOT}/packages/cli/bin/polygate.cjs`, '--product', product, ...named(args)]);
      const [load = 0] = loadavg();
      const rows: { what: string; theirs: Measured; ours: Measured }[] = [];
      let isDown = false;
      for (const job of jobs(their, our)) {
        if (job.stopped && !isDown) {
          await fleet.polygate('down', `${product}/main`);
          isDown = true;
        }
        const options = {
          runs: job.stopped ? 1 : RUNS,
          env: fleet.world.env,
          cwd: fleet.world.home,
          file: fleet.world.at('time.txt'),
        };
        rows.push({
          what: job.what,
          theirs: await measure(job.theirs, job, options),
          ours: await measure(job.ours, job, options),
        });
      }
      const title = `${product === 'openclaw' ? 'OpenClaw' : 'Clawdbot'} ${PEER_OF[product]?.replace(/^\w+-/, '')}`;
      expect(rows.filter(({ ours }) => ours.wrong !== undefined)).toEqual([]);
      expect(rows).toHaveLength(12);
      if (PAGE !== undefined) await writePart(PAGE, title, `${how(load)}\n\n${table(rows)}`);
    }, 1_800_000);
  });
});

const HEAD = `# Polygate beside the products' own commands

Made by \`npm run e2e:family -- --write-comparison comparison\`: the same twelve jobs by the command that a product brings and by
Polygate, for the same real gateway, with two profiles of it up on one machine, loopback only. An answer is right when a script can
use it: one JSON document, and an exit code that tells whether all is well. Memory is the peak of the largest process. Their
commands take one profile at a time, so "all instances" is one call for each profile there.
`;

/** `load`: of the machine when it began. */
const how = (load: number) =>
  `${availableParallelism()} processors, load ${load.toFixed(1)} when it began, Polygate on Node ${process.versions.node}. ` +
  (RUNS === 1 ? 'Each was run once.' : `Each time is the median of ${RUNS} runs, for a gateway that is down of one.`);

/** Each product has its part of the page, so that one can be measured alone. */
async function writePart(file: string, title: string, body: string): Promise<void> {
  const before = await readFile(file, 'utf8').catch(() => '');
  const parts = new Map(
    before
      .split(/^## /m)
      .slice(1)
      .map((part) => [part.split('\n', 1)[0] ?? '', part.slice(part.indexOf('\n')).trim()]),
  );
  parts.set(title, body);
  const text = [...parts].sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, part]) => `## ${name}\n\n${part}\n`);
  await writeFile(file, [HEAD, ...text].join('\n'));
}
