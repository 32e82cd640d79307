import { Problem, type ProductPack, schemaIssues } from '@polygate/core';
import { validateProductPack } from '@polygate/core/product-pack';
import type { Host } from '../ports.ts';

const MAX_BYTES = 256 * 1024;

/** @throws Problem PRODUCT_PACK_INVALID with every issue of the file. */
export async function readPack({ files }: Pick<Host, 'files'>, file: string): Promise<ProductPack> {
  const text = await files.read(file);
  const refuse = (message: string): never => {
    throw new Problem('PRODUCT_PACK_INVALID', { file, issues: [{ path: '', message }] });
  };
  if (text === undefined) return refuse('does not exist');
  if (text.length > MAX_BYTES) return refuse(`is larger than ${MAX_BYTES / 1024} KiB`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse(`is not valid JSON: ${(error as Error).message}`);
  }
  if (!validateProductPack(value)) {
    throw new Problem('PRODUCT_PACK_INVALID', { file, issues: schemaIssues(validateProductPack.errors ?? []) });
  }
  return value as ProductPack;
}
