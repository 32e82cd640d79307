import { agentsOf } from '../agents.ts';
import { RunFailed } from '../runs.ts';
import type { GatewayState } from '../state.ts';
import { WireError } from '../wire-error.ts';
import { type Method, TwoStages } from './method.ts';

const WAIT_MS = 30_000;

export const agent: Method<'agent'> = ({ agentId, idempotencyKey }, state) => {
  const { agents } = agentsOf(state.config.running);
  if (agentId !== undefined && !agents.some(({ id }) => id === agentId))
    throw new WireError('INVALID_REQUEST', `unknown agent id: ${agentId}`);
  const { accepted, final } = state.runs.begin(idempotencyKey, () => takeTurn(idempotencyKey, state));
  return new TwoStages(accepted, final);
};

export const agentWait: Method<'agent.wait'> = async ({ runId, timeoutMs = WAIT_MS }, { runs }, { connId }) =>
  (await runs.wait(runId, timeoutMs, connId)) ?? { runId, status: 'timeout' };

/** A turn needs a provider of a model, and this gateway has none: it says so where the end of the turn is waited for. */
async function takeTurn(runId: string, { hub, options }: GatewayState): Promise<never> {
  // That it was accepted is told first.
  await new Promise((resolve) => setImmediate(resolve));
  const error = 'no provider: this gateway cannot run agent turns';
  const ts = options.clock.now();
  hub.broadcast('agent', { runId, seq: 1, stream: 'lifecycle', ts, data: { phase: 'error', error, endedAt: ts } });
  throw new RunFailed(runId, error);
}
