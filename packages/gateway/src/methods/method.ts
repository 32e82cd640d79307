import type { MethodParams, MethodResults, PresenceEntry } from '@polygate/protocol';
import type { NodeFacts } from '../nodes/connected.ts';
import type { GatewayState } from '../state.ts';

/** Who calls. */
export interface Caller {
  connId: string;
  role: 'operator' | 'node';
  scopes: readonly string[];
  presence: Omit<PresenceEntry, 'ts'>;
  /** Id of the device that proved its identity. */
  device?: string;
  /** It came in with a token of that device, and with no shared secret. */
  byDeviceToken?: boolean;
  /** What a node said of itself: callers of that role have it. */
  node?: NodeFacts;
}

/** One RPC method. Parameters have been validated; a refusal is thrown as WireError. */
export type Method<N extends keyof MethodParams> = (
  params: MethodParams[N],
  state: GatewayState,
  caller: Caller,
) => Answer<N> | Promise<Answer<N>>;

type Answer<N extends keyof MethodParams> = MethodResults[N] | TwoStages<MethodResults[N]>;

/** A request that is answered at once, and again when its work is over. */
export class TwoStages<T> {
  readonly accepted: T;
  readonly final: Promise<T>;
  constructor(accepted: T, final: Promise<T>) {
    this.accepted = accepted;
    this.final = final;
  }
}

/** True when the connection may do what this scope covers. An administrator may everything. */
export const hasScope = ({ scopes }: Pick<Caller, 'scopes'>, scope: string | null | undefined): boolean =>
  !scope || scopes.includes(scope) || scopes.includes('operator.admin');
