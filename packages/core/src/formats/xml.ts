import { DOMParser, type Element as DomElement, onErrorStopParsing, ParseError } from '@xmldom/xmldom';
import { Problem } from '../errors/problem.ts';

/** An element of a small XML document: it has other elements in it, or text. */
export interface XmlElement {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  /** Its own text, as it stands; '' where it has children. */
  text: string;
}

/** What an element is made of, shorter to write. */
export const element = (
  name: string,
  content: string | readonly XmlElement[],
  attributes: Record<string, string> = {},
): XmlElement =>
  typeof content === 'string'
    ? { name, attributes, children: [], text: content }
    : { name, attributes, children: [...content], text: '' };

/** Text of a document with CRLF line ends, as Windows writes them. Inverse of parseXml. @throws Problem VALUE_UNQUOTABLE */
export function renderXml(root: XmlElement, declaration: string): string {
  return `${declaration}\r\n${lines(root, '').join('\r\n')}\r\n`;
}

function lines({ name, attributes, children, text }: XmlElement, indent: string): string[] {
  const words = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeText(value, name)}"`);
  const open = `${indent}<${name}${words.join('')}`;
  if (children.length > 0)
    return [`${open}>`, ...children.flatMap((child) => lines(child, `${indent}  `)), `${indent}</${name}>`];
  return [text === '' ? `${open} />` : `${open}>${escapeText(text, name)}</${name}>`];
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeText(value: string, what: string): string {
  // XML 1.0 has no way to write these at all; a CR or LF would come back as another one, or not at all.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is looked for
  if (/[\u0000-\u0008\u000a-\u001f\ufffe\uffff]|\p{Surrogate}/u.test(value)) {
    throw new Problem('VALUE_UNQUOTABLE', { what: `<${what}>`, reason: 'it has a character that XML cannot carry' });
  }
  // A parser may take the last four for blanks, or for line ends.
  return value
    .replace(/[&<>"]/g, (c) => ENTITIES[c] as string)
    .replace(/[\t\u0085\u2028\u2029]/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** More than anybody nests a task. */
const DEEPEST = 32;

/** What the parser lets through, and XML does not allow: an `&` that begins no entity of XML's own, a control character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is looked for
const UNSOUND = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);)|[\u0000-\u0008\u000b\u000c\u000e-\u001f]|<!DOCTYPE/;

/**
 * Reads a document, strictly: what is not well-formed, has a document type or another entity than those of XML is undefined, as
 * is what nests too deep. Comments and processing instructions are left out; a byte order mark is skipped.
 */
export function parseXml(source: string): XmlElement | undefined {
  if (UNSOUND.test(source)) return undefined;
  try {
    const parser = new DOMParser({ onError: onErrorStopParsing, locator: false });
    const root = parser.parseFromString(source.replace(/^\ufeff/, ''), 'text/xml').documentElement;
    return root ? plain(root, DEEPEST) : undefined;
  } catch (error) {
    if (error instanceof ParseError || error instanceof RangeError) return undefined;
    throw error;
  }
}

const ELEMENT = 1;

function plain(from: DomElement, levels: number): XmlElement {
  if (levels === 0) throw new RangeError('nested too deep');
  const children = [...from.childNodes]
    .filter((node) => node.nodeType === ELEMENT)
    .map((node) => plain(node as DomElement, levels - 1));
  return {
    name: from.tagName,
    attributes: Object.fromEntries([...from.attributes].map(({ name, value }) => [name, value])),
    children,
    text: children.length > 0 ? '' : (from.textContent ?? ''),
  };
}

/** The first child of a name; the names of a task have no prefix. */
export const childOf = (parent: XmlElement | undefined, name: string): XmlElement | undefined =>
  parent?.children.find((child) => child.name === name);

/** Text of the first child of a name. */
export const textOf = (parent: XmlElement | undefined, name: string): string | undefined => childOf(parent, name)?.text;
