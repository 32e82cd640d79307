/** The text of a file: UTF-8, or UTF-16 where its first two bytes say so, as Windows writes tasks and scripts. The mark stays. */
export const decode = (bytes: Buffer): string => bytes.toString(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf16le' : 'utf8');

/** Inverse of decode: UTF-16 for what has the mark, and says that it is written so, or is read by a program that knows no other. */
export function encode(file: string, text: string | Uint8Array): string | Uint8Array {
  if (typeof text !== 'string') return text;
  const isWide = text.startsWith('\ufeff') && (/^.<\?xml[^>]{0,40}\sencoding="UTF-16"/i.test(text) || /\.vbs$/i.test(file));
  return isWide ? Buffer.from(text, 'utf16le') : text;
}
