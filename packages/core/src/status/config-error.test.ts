import { expect, it } from 'vitest';
import { type ConfigNow, isMended, isReady } from './config-error.ts';

const fine: ConfigNow = { exists: true, errors: 0, mode: 'local', hasSecret: true };

it.each([
  ['zero.json:2:1: is not valid JSON5 [CONFIG_INVALID]', fine, true],
  ['zero.json:2:1: is not valid JSON5 [CONFIG_INVALID]', { ...fine, errors: 1 }, false],
  ['no config file at zero.json [CONFIG_MISSING]', { ...fine, exists: false }, false],
  ['no config file at zero.json [CONFIG_MISSING]', fine, true],
  ['gateway.mode is "remote" [GATEWAY_MODE_UNSET]', { ...fine, mode: 'remote' }, false],
  ['gateway.mode is "remote" [GATEWAY_MODE_UNSET]', fine, true],
  ['no token or password is set [AUTH_MISSING]', { ...fine, hasSecret: false }, false],
  ['port 18789 is in use by pid 7 [PORT_TAKEN]', fine, false],
  ['an error of another make', fine, false],
  ['a line that ends in [constructor]', fine, false],
] as const)('%s: %o', (line, config, mended) => expect(isMended(line, config)).toBe(mended));

it('a config is ready that has no errors and says that a gateway runs here', () => {
  expect([isReady(fine), isReady({ ...fine, mode: undefined }), isReady({ ...fine, errors: 1 })]).toEqual([true, false, false]);
});
