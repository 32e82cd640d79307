// From the JSON Schema of the protocol to Swift models, for apps that talk to a gateway.
import { readFile } from 'node:fs/promises';
import { repoPath } from '../lib/files.mjs';
import { loadTs } from '../lib/load-ts.mjs';
import { swiftModels } from './swift/models.mjs';

export async function generateSwift() {
  const { $defs } = JSON.parse(await readFile(repoPath('packages/protocol/src/gen/schema.json'), 'utf8'));
  const { protocolVersion } = await loadTs('packages/protocol/src/definitions/index.ts');
  return new Map([['packages/protocol/src/gen/GatewayModels.swift', swiftModels($defs, protocolVersion)]]);
}
