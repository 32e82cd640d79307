import { SCHEMA_VERSION, type VersionDocument } from '@polygate/core';
import type { Handler } from '../command.ts';

export const run: Handler = async ({ version }) => ({
  text: version,
  json: { ok: true, schemaVersion: SCHEMA_VERSION, version, node: process.versions.node } satisfies VersionDocument,
});
