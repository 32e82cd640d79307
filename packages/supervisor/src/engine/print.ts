import { type InstanceSpec, printOf } from '@polygate/core/supervise';

export const secretsOf = ({ target: { token, password } }: InstanceSpec): string[] =>
  [token, password].flatMap((secret) => secret || []);

const prints = new WeakMap<InstanceSpec, string>();

/** printOf a specification, without its secrets. Made once for each: every report asks, and hashing is slow in a frugal process. */
export function printOfSpec(spec: InstanceSpec): string {
  const known = prints.get(spec);
  if (known !== undefined) return known;
  const print = printOf(spec, secretsOf(spec));
  prints.set(spec, print);
  return print;
}
