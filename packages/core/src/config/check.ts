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
}

/** Checks the parsed content of a config file. Total; all problems come at once. */
export function checkConfig(parsed: unknown): ConfigCheck {
  if (validateGatewayConfig(parsed)) return { config: parsed as GatewayConfig, errors: [], warnings: [] };
  const mismatches = validateGatewayConfig.errors ?? [];
  const errors = schemaIssues(mismatches.filter((m) => !isUnknownKey(m)));
  const warnings = schemaIssues(mismatches.filter(isUnknownKey));
  return { config: errors.length === 0 ? (parsed as GatewayConfig) : undefined, errors, warnings };
}
