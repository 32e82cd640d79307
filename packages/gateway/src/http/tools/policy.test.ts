import { expect, it } from 'vitest';
import { mayUse } from './policy.ts';

it.each([
  [undefined, 'message', true],
  [{ deny: ['message'] }, 'message', false],
  [{ deny: ['MESS*'] }, 'message', false],
  [{ deny: ['group:sessions'] }, 'sessions_send', false],
  [{ deny: ['group:sessions'] }, 'nodes', true],
  [{ allow: ['sessions_*'] }, 'sessions_list', true],
  [{ allow: ['sessions_*'] }, 'session_status', false],
  [{ allow: ['*'], deny: ['nodes'] }, 'nodes', false],
  [{ allow: [] }, 'nodes', true],
  [{ profile: 'minimal' }, 'session_status', true],
  [{ profile: 'minimal' }, 'message', false],
  [{ profile: 'minimal', allow: ['message'] }, 'message', true],
  [{ profile: 'messaging' }, 'message', true],
  [{ profile: 'full' }, 'gateway', true],
  [{ allow: ['a.b', '(', 7] }, 'axb', false],
  [{ allow: 'message' }, 'nodes', true],
])('with tools %o: %s %s', (tools, name, may) => {
  expect(mayUse({ tools }, name)).toBe(may);
});
