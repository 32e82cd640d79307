import type { Handler } from '../command.ts';
import { SCHEMA_VERSION } from '../jobs/describe.ts';

export const run: Handler = async ({ version }) => ({
  text: version,
  json: { ok: true, schemaVersion: SCHEMA_VERSION, version, node: process.versions.node },
});
