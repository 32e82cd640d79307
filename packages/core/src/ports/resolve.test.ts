import { describe, expect, it } from 'vitest';
import { findPack } from '../product/catalogue.ts';
import { parseProfileName } from '../profile/name.ts';
import { type PortsInput, resolvePorts } from './resolve.ts';

interface Given extends Partial<Pick<PortsInput, 'config' | 'env' | 'flags' | 'lease'>> {
  product?: string;
}

const ports = ({ product = 'zero', config, env = {}, flags = {}, lease }: Given) =>
  resolvePorts({ pack: findPack(product), profile: parseProfileName('main'), env, flags, config, lease });
const at = (port: number) => ({ gateway: { port } });

describe('the browser control port', () => {
  it.each([
    [{}, 18_791, 'product', 'base+2'],
    [{ config: at(20_000) }, 20_002, 'product', 'base+2'],
    [{ config: { browser: { controlUrl: 'http://127.0.0.1:7777' } } }, 7777, 'config', 'browser.controlUrl'],
    [{ config: { browser: { controlUrl: 'http://[::1]:7777/x' } } }, 7777, 'config', 'browser.controlUrl'],
    [{ config: { browser: { controlUrl: 'https://localhost' } } }, 443, 'config', 'browser.controlUrl'],
    // A server on another machine takes no port here.
    [{ config: { browser: { controlUrl: 'http://10.0.0.7:7777' } } }, null, 'config', 'browser.controlUrl'],
    [{ config: { browser: { controlUrl: 'nonsense' } } }, null, 'config', 'browser.controlUrl'],
    [{ config: { browser: { controlUrl: 7777 } } }, 18_791, 'product', 'base+2'],
    [{ env: { ZERO_BROWSER_CONTROL_URL: 'http://127.0.0.1:8888' } }, 8888, 'env', 'ZERO_BROWSER_CONTROL_URL'],
    [
      { product: 'moltbot', env: { CLAWDBOT_BROWSER_CONTROL_URL: 'http://127.0.0.1:8888' } },
      8888,
      'env',
      'CLAWDBOT_BROWSER_CONTROL_URL',
    ],
    [
      { env: { ZERO_BROWSER_CONTROL_URL: 'http://127.0.0.1:8888' }, config: { browser: { controlUrl: 'http://127.0.0.1:1' } } },
      ...([8888, 'env', 'ZERO_BROWSER_CONTROL_URL'] as const),
    ],
  ] as [Given, number | null, string, string][])('of %j is %s from the %s (%s)', (given, value, origin, source) => {
    const { browserControlPort, footprint } = ports(given);
    expect(browserControlPort).toMatchObject({ value, origin, source });
    expect(footprint.browserControl).toBe(value);
  });
});

describe('the canvas port', () => {
  it.each([
    [{}, 18_793, 'product', 'base+4'],
    [{ flags: { port: '20000' } }, 20_004, 'product', 'base+4'],
    [{ config: { canvasHost: { port: 7777 } } }, 7777, 'config', 'canvasHost.port'],
    [{ config: { canvasHost: { port: '7777' } } }, 18_793, 'product', 'base+4'],
    [{ config: { canvasHost: { enabled: false, port: 7777 } } }, null, 'config', 'canvasHost.enabled'],
    [{ env: { ZERO_CANVAS_HOST_PORT: '8888' }, config: { canvasHost: { port: 7777 } } }, 8888, 'env', 'ZERO_CANVAS_HOST_PORT'],
    [{ env: { ZERO_SKIP_CANVAS_HOST: '1', ZERO_CANVAS_HOST_PORT: '8888' } }, null, 'env', 'ZERO_SKIP_CANVAS_HOST'],
    [{ env: { ZERO_SKIP_CANVAS_HOST: '0' } }, 18_793, 'product', 'base+4'],
    [{ product: 'openclaw' }, null, 'product', 'same port'],
    [{ product: 'openclaw', config: { canvasHost: { port: 7777 } } }, null, 'product', 'same port'],
  ] as [Given, number | null, string, string][])('of %j is %s from the %s (%s)', (given, value, origin, source) => {
    const { canvasPort, footprint } = ports(given);
    expect(canvasPort).toMatchObject({ value, origin, source });
    expect(footprint.canvas).toBe(value);
  });

  it('is refused where the variable is no port', () => {
    expect(() => ports({ env: { ZERO_CANVAS_HOST_PORT: '4000x' } })).toThrow('ZERO_CANVAS_HOST_PORT is not a port');
  });
});

describe('the CDP ports', () => {
  const profiles = (browser: object) => ports({ config: { browser } });

  it('are those of browser profiles, by port or by an address on this machine, each with what set it', () => {
    const { cdpPorts, footprint } = profiles({
      profiles: {
        work: { cdpPort: 18_801 },
        near: { cdpUrl: 'http://127.0.0.1:9222' },
        far: { cdpUrl: 'http://10.0.0.7:9222' },
        odd: { cdpPort: 'x' },
        none: null,
      },
    });
    expect(cdpPorts).toEqual({
      work: { value: 18_801, origin: 'config', source: 'browser.profiles.work.cdpPort' },
      near: { value: 9222, origin: 'config', source: 'browser.profiles.near.cdpUrl' },
    });
    expect(footprint.cdp).toEqual({ first: 18_800, last: 18_899, leased: { work: 18_801, near: 9222 } });
    expect(footprint.pinned).toEqual(['near']);
  });

  it('prefer what the config pins to what the ledger leased, and keep both in sight', () => {
    const lease = { port: 18_789, cdp: { work: 18_805, gone: 18_806 } };
    const { cdpPorts } = ports({ lease, config: { browser: { profiles: { work: { cdpPort: 18_801 } } } } });
    expect(cdpPorts).toEqual({
      work: {
        ...{ value: 18_801, origin: 'config', source: 'browser.profiles.work.cdpPort' },
        overridden: [{ value: 18_805, origin: 'ledger', source: 'lease' }],
      },
      gone: { value: 18_806, origin: 'ledger', source: 'lease' },
    });
  });

  it('have the first one kept for the browser profile of the program, until the config puts that one elsewhere', () => {
    expect(profiles({}).footprint.defaultCdp).toBe(18_800);
    expect(profiles({ cdpUrl: 'http://127.0.0.1:9222' })).toMatchObject({
      footprint: { defaultCdp: null, cdp: { leased: { zero: 9222 } } },
    });
    expect(profiles({ cdpUrl: 'http://10.0.0.7:9222' }).footprint).toMatchObject({ defaultCdp: null, cdp: { leased: {} } });
    expect(profiles({ profiles: { zero: { cdpPort: 18_850 } } }).footprint.defaultCdp).toBeNull();
    expect(profiles({ profiles: { work: { cdpPort: 18_850 } } }).footprint.defaultCdp).toBe(18_800);
  });

  it('lie where the config starts the band', () => {
    const { cdp, defaultCdp } = profiles({ cdpPortRangeStart: 25_000 }).footprint;
    expect({ ...cdp, defaultCdp }).toEqual({ first: 25_000, last: 25_099, leased: {}, defaultCdp: 25_000 });
  });

  it('survive names such as __proto__', () => {
    const config = JSON.parse('{"browser": {"profiles": {"__proto__": {"cdpPort": 18801}, "constructor": {"cdpPort": 18802}}}}');
    const { footprint } = ports({ config });
    expect(Object.values(footprint.cdp.leased).sort()).toEqual([18_801, 18_802]);
    expect(({} as { cdpPort?: number }).cdpPort).toBeUndefined();
  });
});
