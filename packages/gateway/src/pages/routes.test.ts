import { expect, it } from 'vitest';
import { basePathOf } from './routes.ts';

it.each([
  [undefined, ''],
  [{}, ''],
  [{ gateway: { controlUi: { basePath: '/' } } }, ''],
  [{ gateway: { controlUi: { basePath: 'ui' } } }, '/ui'],
  [{ gateway: { controlUi: { basePath: '/a/b/' } } }, '/a/b'],
  [{ gateway: { controlUi: { basePath: '//evil.example/' } } }, '/evil.example'],
  [{ gateway: { controlUi: { enabled: true } } }, ''],
  [{ gateway: { controlUi: { enabled: false, basePath: '/ui' } } }, undefined],
])('the control UI of %j lies under %j', (config, path) => expect(basePathOf(config)).toBe(path));
