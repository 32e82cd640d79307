import { MAX_PACK_BYTES, Problem, type ProductPack, whyTooDeep, whyTooLarge, whyUnfit } from '@polygate/core';
import { packIssues } from '@polygate/core/product-pack';
import type { Host } from '../ports.ts';

/** @throws Problem PRODUCT_PACK_INVALID with every issue of the file. */
export async function readPack({ files }: Pick<Host, 'files'>, file: string): Promise<ProductPack> {
  const refuse = (message: string): never => {
    throw new Problem('PRODUCT_PACK_INVALID', { file, issues: [{ path: '', message }] });
  };
  const found = await files.stat(file);
  if (found === undefined) return refuse('does not exist');
  if (found.kind !== 'file') return refuse('is not a regular file');
  const tooLarge = whyTooLarge(found.size, MAX_PACK_BYTES);
  if (tooLarge !== undefined) return refuse(tooLarge);
  const text = (await files.read(file)) ?? '';
  const tooDeep = whyTooDeep(text);
  if (tooDeep !== undefined) return refuse(tooDeep);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse(`is not valid JSON: ${(error as Error).message}`);
  }
  const unfit = whyUnfit(value);
  const issues = unfit ? [unfit] : packIssues(value);
  if (issues.length > 0) throw new Problem('PRODUCT_PACK_INVALID', { file, issues });
  return value as ProductPack;
}
