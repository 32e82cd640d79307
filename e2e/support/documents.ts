import { readFile } from 'node:fs/promises';
import { unless } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { expectOwnSupervisor, familyShell, hasSystemd, whyNoFamily } from './family.ts';

/** The command lines of a product's page about several gateways on one host, word for word, by the section they stand in. */
export interface Documents {
  product: string;
  /** The page that they are from. */
  page: string;
  /** Recommended: profiles. */
  setup: { main: string; rescue: string };
  run: { main: string; rescue: string };
  services: { main: string; rescue: string };
  /** Rescue bot: first without a profile, then the rescue profile. */
  guide: { onboard: string; install: string; rescueOnboard: string; rescueInstall: string };
  /** Two gateways by variables alone. */
  manual: { main: string; rescue: string };
  /** Quick checks. */
  checks: { main: string; rescue: string; browser: string };
  /** What the page says where things are, below the home directory. */
  places: { state: string; config: string; workspace: string; rescueState: string; rescueWorkspace: string; mainState: string };
}

interface Paths {
  instance: {
    id: string;
    stateDir: string;
    configPath: string;
    workspace: string;
    ports: { gateway: number; browserControl: number; canvas: number | null; cdp: { first: number; last: number } };
  };
}

/** The stories that every product's page tells. */
export function documentsWork(documents: Documents): void {
  const { product, page, setup, run, services, guide, manual, checks, places } = documents;
  const command = setup.main.split(' ', 1)[0] as string;

  describe.skipIf(whyNoFamily !== undefined)(unless(whyNoFamily, `the lines of ${page} work word for word`), () => {
    it('two profiles: set up, run on the ports that are named, checked', async () => {
      const { type, serve } = await familyShell(product);
      for (const line of [setup.main, setup.rescue]) expect(await type(line), line).toMatchObject({ code: 0, stderr: '' });
      await serve(run.main, 18_789);
      await serve(run.rescue, 19_001);
      for (const line of [checks.main, checks.rescue]) {
        const seen = await type(line);
        expect(seen.stdout, line).toContain('healthy');
        expect(seen.code, line).toBe(0);
      }
      const browser = await type(checks.browser);
      // What runs now counts: 19001 was said on the command line, and the browser control port goes with it.
      expect(browser.stdout).toContain('http://127.0.0.1:19003: open, held by');
      expect(browser.stdout).toContain(`${product}/rescue`);
      expect(browser.code).toBe(0);
      expect((await type(`${checks.browser} --json`)).json()).toMatchObject({
        ok: true,
        enabled: true,
        running: false,
        pid: null,
        cdpPort: 19_012,
        cdpUrl: 'http://127.0.0.1:19012',
        control: { url: 'http://127.0.0.1:19003', port: 19_003, open: true },
      });
    });

    it('two profiles: a service each, whatever keeps it running here', async (context) => {
      const { type } = await familyShell(product);
      await type(setup.main);
      await type(setup.rescue);
      const plans = await Promise.all([services.main, services.rescue].map((line) => type(`${line} --dry-run --json`)));
      const files = plans.map((plan) => plan.json<{ plan: { files: { path: string; content: string }[] } }>().plan.files);
      const ending = hasSystemd ? 'service' : 'json';
      expect(files.map(([unit]) => unit?.path.split('/').pop())).toEqual([
        `${product}-gateway-main.${ending}`,
        `${product}-gateway-rescue.${ending}`,
      ]);
      expect(files[0]?.[0]?.content).toMatch(/--port[\s",]+18789/);
      expect(files[1]?.[0]?.content).toMatch(/--port[\s",]+19789/);
      if (hasSystemd) context.skip('this machine runs systemd: a host without one cannot be shown');
      expectOwnSupervisor(await type(services.main));
      expectOwnSupervisor(await type(services.rescue));
    });

    it('a rescue bot beside the main bot: ports, state and workspace of its own, without a question', async (context) => {
      const { type, world } = await familyShell(product);
      const main = await type(guide.onboard);
      expect(main, main.stderr).toMatchObject({ code: 0 });
      expect(main.stdout).toContain('18789 gateway');
      const rescue = await type(guide.rescueOnboard);
      expect(rescue, rescue.stderr).toMatchObject({ code: 0 });
      expect(rescue.stdout).toContain('19789 gateway');
      const seen = (await type(`${command} paths --json`)).json<Paths>().instance;
      expect(seen).toMatchObject({
        id: `${product}/default`,
        stateDir: world.at(places.state),
        configPath: world.at(places.config),
        workspace: world.at(places.workspace),
      });
      expect((await type(`${command} --profile rescue paths --json`)).json<Paths>().instance).toMatchObject({
        id: `${product}/rescue`,
        stateDir: world.at(places.rescueState),
        workspace: world.at(places.rescueWorkspace),
        ports: { gateway: 19_789, browserControl: 19_791, cdp: { first: 19_800, last: 19_899 } },
      });
      if (hasSystemd) context.skip('this machine runs systemd: a host without one cannot be shown');
      expectOwnSupervisor(await type(guide.install));
      expectOwnSupervisor(await type(guide.rescueInstall));
    });

    it('two gateways by variables alone: each has its own state and config, and no third one appears', async () => {
      const { type, serve, world } = await familyShell(product);
      await serve(manual.main, 18_789);
      await serve(manual.rescue, 19_001);
      for (const line of [checks.main, checks.rescue]) expect(await type(line), line).toMatchObject({ code: 0 });
      const { instances } = (await type(`${command} profiles list --probe --json`)).json<{
        instances: { id: string; verdict: string; stateDir: string; configPath: string; ports: { gateway: number } }[];
      }>();
      expect(instances.map(({ id, verdict, ports }) => [id, verdict, ports.gateway])).toEqual([
        [`${product}/main`, 'healthy', 18_789],
        [`${product}/rescue`, 'healthy', 19_001],
      ]);
      const [main, rescue] = instances;
      expect(main?.stateDir).toBe(world.at(places.mainState));
      expect(main?.configPath).toBe(world.at(places.state, 'main.json'));
      expect(rescue?.configPath).toBe(world.at(places.state, 'rescue.json'));
      const tokens = await Promise.all(instances.map(({ configPath }) => readFile(configPath, 'utf8').then(tokenIn)));
      expect(new Set(tokens).size).toBe(2);
    });
  });
}

const tokenIn = (text: string) => (JSON.parse(text) as { gateway: { auth: { token: string } } }).gateway.auth.token;
