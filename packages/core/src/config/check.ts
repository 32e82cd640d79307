import type { Issue } from '../errors/catalogue.ts';
import type { GatewayConfig } from '../gen/gateway-config.gen.ts';
import { validateGatewayConfig } from '../gen/gateway-config.validator.gen.ts';
import { isUnknownKey, schemaIssues } from '../schema-issues.ts';

/** What is to be said of the content of a config file. */
export interface ConfigCheck {
  /** The content, typed; only when there are no errors. */
  config: GatewayConfig | undefined;
  errors: Issue[];
  /** Keys that this version does not know. Real gateways know more than Polygate does. */
  warnings: Issue[];
  /** Every `$include`. Some gateways read another file there; Polygate does not, so it cannot know what the config says. */
  includes: Issue[];
}

const NOT_FOLLOWED =
  'is not followed: polygate reads this file alone, so what is in the other one (a port, a mode) does not count';

/** Checks the parsed content of a config file. Total; all problems come at once. */
export function checkConfig(parsed: unknown): ConfigCheck {
  const includes = includesIn(parsed).map((path) => ({ path, message: NOT_FOLLOWED }));
  if (validateGatewayConfig(parsed)) return { config: parsed as GatewayConfig, errors: [], warnings: includes, includes };
  const mismatches = validateGatewayConfig.errors ?? [];
  const errors = schemaIssues(mismatches.filter((m) => !isUnknownKey(m)));
  const unknown = schemaIssues(mismatches.filter(isUnknownKey)).filter(({ path }) => !path.endsWith(INCLUDE));
  const warnings = [...includes, ...unknown];
  return { config: errors.length === 0 ? (parsed as GatewayConfig) : undefined, errors, warnings, includes };
}

const INCLUDE = '$include';

/** Paths of the keys that include another file. Depth is bounded where the text was parsed. */
function includesIn(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = Array.isArray(value) ? `${path}[${key}]` : path ? `${path}.${key}` : key;
    return key === INCLUDE ? [at] : includesIn(inner, at);
  });
}
