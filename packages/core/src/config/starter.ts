import type { Edit } from './edit.ts';
import { pick } from './pick.ts';

/** The least that makes a profile that starts. */
export interface Starter {
  port: number;
  token: string;
  workspace: string;
  bind?: string | undefined;
  password?: string | undefined;
}

/** Text of a new config file. JSON, which is JSON5 too: every tool of the family reads it. */
export function starterConfig({ port, token, workspace, bind, password }: Starter): string {
  const auth = password === undefined ? { mode: 'token', token } : { mode: 'password', password };
  const config = { gateway: { mode: 'local', port, bind: bind ?? 'loopback', auth }, agents: { defaults: { workspace } } };
  return `${JSON.stringify(config, null, 2)}\n`;
}

/** What an existing config lacks to start. Nothing that is set is changed. */
export function missingFrom(config: unknown, { port, token, workspace }: Starter): Edit[] {
  const wanted: Edit[] = [
    { path: 'gateway.mode', value: 'local' },
    { path: 'gateway.port', value: port },
    { path: 'agents.defaults.workspace', value: workspace },
  ];
  const hasSecret = pick(config, 'gateway.auth.token') !== undefined || pick(config, 'gateway.auth.password') !== undefined;
  if (!hasSecret) wanted.push({ path: 'gateway.auth.mode', value: 'token' }, { path: 'gateway.auth.token', value: token });
  return wanted.filter(({ path }) => pick(config, path) === undefined);
}
