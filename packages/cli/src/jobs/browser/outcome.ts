import type { Outcome } from '../../command.ts';
import { SCHEMA_VERSION } from '../describe.ts';
import type { ProfileChange } from './profiles.ts';

/** What became of a browser profile. */
export function profileOutcome({ opened, name, port, result }: ProfileChange, text: string): Outcome {
  const { id } = opened.instance;
  const { path } = opened.config;
  return {
    json: { ok: true, schemaVersion: SCHEMA_VERSION, result, instance: { id, configPath: path }, profile: { name, port } },
    text,
  };
}
