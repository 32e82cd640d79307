import { build, parse } from 'plist';
import { plistFault } from './plist-fault.ts';

/** What an XML property list holds, of what service definitions are made of. */
export type PlistValue = string | number | boolean | PlistValue[] | PlistDict;
export interface PlistDict {
  [key: string]: PlistValue;
}

/** A text, or why it is none that its readers agree on. */
export type PlistReading = { dict: PlistDict; fault?: undefined } | { dict?: undefined; fault: string };

/**
 * The XML text of a dictionary. Inverse of readPlist. What XML cannot say (control characters, lone surrogates) and what its
 * readers change (a line break) is refused with a RangeError: values from outside are looked at before they come here.
 */
export function renderPlist(dict: PlistDict): string {
  refuseUnsayable(dict);
  // Not as they are: a reader of XML 1.1 takes them for line ends, and npm's is one.
  return `${build(dict).replace(/[\u0085\u2028\u2029]/g, (c) => `&#${c.charCodeAt(0)};`)}\n`;
}

/** Reads a property list as strictly as launchd's own reader does; npm's alone takes a bare `&` and two roots (5.0.0). Total. */
export function readPlist(text: string): PlistReading {
  const fault = plistFault(text);
  if (fault !== undefined) return { fault };
  const value = parse(text) as PlistValue;
  return isDict(value) ? { dict: value } : { fault: 'it is no dictionary' };
}

export const isDict = (value: PlistValue | undefined): value is PlistDict => typeof value === 'object' && !Array.isArray(value);

/** Why a text cannot stand in XML 1.0 (section 2.2), or would not come back as it was; undefined: it can. */
export function unsayable(text: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is looked for
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text)) return 'it contains a control character';
  if (/[\r\n]/.test(text)) return 'it contains a line break';
  return /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text)
    ? 'it contains half a character (a lone surrogate)'
    : undefined;
}

function refuseUnsayable(value: PlistValue): void {
  if (typeof value === 'string') {
    const reason = unsayable(value);
    if (reason !== undefined) throw new RangeError(`${reason}: ${JSON.stringify(value)}`);
  }
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new RangeError(`no integer: ${value}`);
  if (Array.isArray(value)) for (const each of value) refuseUnsayable(each);
  if (isDict(value))
    for (const [key, each] of Object.entries(value)) {
      refuseUnsayable(key);
      refuseUnsayable(each);
    }
}
