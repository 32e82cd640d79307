import type { ErrorShape } from '@polygate/protocol';
import type { SchemaError, Validator } from '@polygate/protocol/server';

export type WireCode = 'NOT_LINKED' | 'NOT_PAIRED' | 'AGENT_TIMEOUT' | 'INVALID_REQUEST' | 'UNAVAILABLE';

/** A refusal that goes to the client as `error` of the response. */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly shape: ErrorShape;
  constructor(code: WireCode, message: string, rest: Omit<ErrorShape, 'code' | 'message'> = {}) {
    super(message);
    this.shape = { code, message, ...rest };
  }
}

/** The secrets are there for others to read: nothing goes on with them. */
export class SecretFileOpen extends WireError {
  constructor(path: string, mode: number) {
    super('UNAVAILABLE', `others can read ${path} (mode ${mode.toString(8)}): chmod 600 ${path}`, { retryable: false });
  }
}

/** Checks a value; a mismatch is INVALID_REQUEST with every reason in words. */
export function demand(validate: Validator, value: unknown, what: string): void {
  if (validate(value)) return;
  throw new WireError('INVALID_REQUEST', `invalid ${what}: ${describe(validate.errors ?? [])}`);
}

const MOST_REASONS = 8;

function describe(errors: readonly SchemaError[]): string {
  const reasons = errors.slice(0, MOST_REASONS).map(({ instancePath, keyword, message, params }) => {
    if (keyword === 'additionalProperties')
      return `at ${instancePath || 'root'}: unexpected property '${String(params.additionalProperty)}'`;
    return instancePath === '' ? String(message) : `at ${instancePath}: ${message}`;
  });
  return reasons.join('; ');
}
