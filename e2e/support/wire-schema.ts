import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { ROOT } from './world.ts';

const schema = JSON.parse(readFileSync(path.join(ROOT, 'packages/protocol/src/gen/schema.json'), 'utf8')) as object;
const ajv = new Ajv2020({ strict: false });
ajv.addSchema({ $id: 'protocol', ...schema });

/** What of a value is not as the protocol's schema says. */
export const mismatches = (name: string, value: unknown): unknown =>
  ajv.validate(`protocol#/$defs/${name}`, value) ? [] : ajv.errors;
