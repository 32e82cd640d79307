import type { MethodParams, MethodResults, PresenceEntry } from '@polygate/protocol';
import type { GatewayState } from '../state.ts';

/** Who calls. */
export interface Caller {
  connId: string;
  scopes: readonly string[];
  presence: Omit<PresenceEntry, 'ts'>;
}

/** One RPC method. Parameters have been validated; a refusal is thrown as WireError. */
export type Method<N extends keyof MethodParams> = (
  params: MethodParams[N],
  state: GatewayState,
  caller: Caller,
) => MethodResults[N] | Promise<MethodResults[N]>;
