import { defaultProduct } from '@polygate/core';
import type { OptionSpec } from './command.ts';

/** Options that every command takes, before or after its words. */
export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  {
    flags: '--product <name>',
    description: `Product of the family (default: the name this was called by, POLYGATE_PRODUCT, else ${defaultProduct})`,
  },
  { flags: '--product-file <file>', description: 'A product pack of your own' },
  { flags: '--profile <name>', description: 'Profile: one isolated set-up of the product' },
  { flags: '--dev', description: 'The profile dev' },
  { flags: '--json', description: 'Print one JSON document and nothing else' },
  { flags: '--no-color', description: 'No colours' },
  { flags: '--verbose', description: 'Say more' },
];

export interface Globals {
  product?: string;
  productFile?: string;
  profile?: string;
  dev: boolean;
  json: boolean;
  color: boolean;
  verbose: boolean;
}
