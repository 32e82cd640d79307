import { describe, expect, it } from 'vitest';
import { isVersionedPath } from './stable-path.ts';

describe('isVersionedPath', () => {
  it.each([
    ['/home/ana/.nvm/versions/node/v22.12.0/bin/openclaw', true],
    ['/opt/homebrew/Cellar/openclaw/2026.9.6/bin/openclaw', true],
    ['/home/ana/.local/share/pnpm/global/5/.pnpm/clawdbot@2026.1.24-3/node_modules/clawdbot/dist/entry.js', true],
    ['/run/user/1000/fnm_multishells/123_456/bin/openclaw', true],
    ['C:\\nvm\\v22.12.0\\openclaw.cmd', true],
    ['/usr/local/bin/openclaw', false],
    ['/home/ana/.npm-global/bin/clawdbot', false],
    ['/home/ana/.volta/bin/openclaw', false],
    ['/opt/node-22/bin/openclaw', false],
  ])('%s: %s', (path, expected) => expect(isVersionedPath(path)).toBe(expected));
});
