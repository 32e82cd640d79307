/** Where a value came from, strongest first. `running` counts only where a command asks about what is there now. */
export const ORIGINS = ['flag', 'env', 'running', 'config', 'ledger', 'product'] as const;
export type Origin = (typeof ORIGINS)[number];

/** A value with what set it (`--port`, a variable, `gateway.port`, the product's id …) and what it prevailed over. */
export interface Sourced<T> {
  readonly value: T;
  readonly origin: Origin;
  readonly source: string;
  readonly overridden?: Overridden<T>[];
}

export interface Overridden<T> {
  readonly value: T;
  readonly origin: Origin;
  readonly source: string;
}

/** The first candidate that is there; the others are kept as overridden. The last one must always be there. */
export function firstOf<T>(...candidates: [...(Overridden<T> | undefined)[], Overridden<T>]): Sourced<T> {
  const [winner, ...rest] = candidates.filter((c): c is Overridden<T> => c !== undefined) as [Overridden<T>, ...Overridden<T>[]];
  return rest.length > 0 ? { ...winner, overridden: rest } : winner;
}
