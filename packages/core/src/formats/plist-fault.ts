const TOKEN =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!DOCTYPE[^>[]*>|<(\/?)([A-Za-z]+)((?:\s+[A-Za-z:]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)|</g;
const TEXTS = new Set(['key', 'string', 'integer', 'real', 'date', 'data']);
const KNOWN = new Set([...TEXTS, 'plist', 'dict', 'array', 'true', 'false']);
const CONTENTS: Readonly<Record<string, RegExp>> = {
  integer: /^[+-]?(\d+|0[xX][\da-fA-F]+)$/,
  real: /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/,
  date: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
  data: /^[A-Za-z0-9+/=\s]*$/,
};

interface Open {
  name: string;
  text: string;
  /** Of a dictionary: its keys, and the one that waits for a value. */
  keys: Set<string>;
  key: string | undefined;
  values: number;
}

/**
 * Why a text is no property list on which all readers agree: a tag that is not closed or not known, a bare `&`, a number that is
 * none, a key twice or without a value, two roots, something behind the end. undefined: nothing.
 */
export function plistFault(text: string): string | undefined {
  if (text.startsWith('bplist')) return 'it is a binary property list (plutil -convert xml1 makes it readable)';
  if (text.trim() === '') return 'it is empty';
  const stack: Open[] = [];
  const root: Open = open('');
  const top = () => stack.at(-1) ?? root;
  for (const token of text.replace(/^\ufeff/, '').matchAll(TOKEN)) {
    const [whole, close, name, , empty, content] = token;
    if (content !== undefined) {
      const said = textFault(top(), content);
      if (said !== undefined) return said;
      top().text += content;
    } else if (whole === '<') return 'a "<" begins no tag';
    else if (name !== undefined) {
      const said = close ? end(stack, root, name) : begin(top(), name);
      if (!close && said === undefined) stack.push(open(name));
      if (said !== undefined) return said;
      const ended = !close && empty ? end(stack, root, name) : undefined;
      if (ended !== undefined) return ended;
    }
  }
  if (stack.length > 0) return `<${top().name}> is not closed`;
  return root.values === 1 ? undefined : 'it has no <plist>';
}

const open = (name: string): Open => ({ name, text: '', keys: new Set(), key: undefined, values: 0 });

function textFault({ name }: Open, text: string): string | undefined {
  if (/&(?!(lt|gt|amp|quot|apos|#\d+|#x[\da-fA-F]+);)/.test(text)) return 'an "&" is not written as &amp;';
  return !TEXTS.has(name) && text.trim() !== '' ? `text stands where a value should: ${text.trim().slice(0, 40)}` : undefined;
}

/** What is wrong with an element of this name inside of what is open. */
function begin(parent: Open, name: string): string | undefined {
  if (!KNOWN.has(name)) return `<${name}> is no part of a property list`;
  if (parent.name === '')
    return name !== 'plist' ? `<${name}> stands outside of <plist>` : parent.values > 0 ? 'it has two roots' : undefined;
  if (name === 'plist' || TEXTS.has(parent.name) || parent.name === 'true' || parent.name === 'false')
    return `<${name}> stands inside of <${parent.name}>`;
  if (parent.name === 'plist' && parent.values > 0) return '<plist> has two values';
  if (name === 'key')
    return parent.name !== 'dict'
      ? 'a <key> stands outside of a <dict>'
      : parent.key !== undefined
        ? noValue(parent.key)
        : undefined;
  return parent.name === 'dict' && parent.key === undefined ? `<${name}> has no <key>` : undefined;
}

function end(stack: Open[], root: Open, name: string): string | undefined {
  const it = stack.pop();
  if (it?.name !== name) return it ? `<${it.name}> is closed by </${name}>` : `</${name}> closes nothing`;
  if (it.key !== undefined) return noValue(it.key);
  const form = CONTENTS[name];
  if (form && !form.test(it.text.trim())) return `<${name}> holds ${JSON.stringify(it.text.slice(0, 40))}`;
  if (name === 'plist' && it.values === 0) return '<plist> is empty';
  const parent = stack.at(-1) ?? root;
  if (name !== 'key') {
    parent.key = undefined;
    parent.values += 1;
    return undefined;
  }
  // A property of every JavaScript object, and of no service.
  if (it.text === '__proto__') return 'a key is called __proto__';
  if (parent.keys.has(it.text)) return `the key ${it.text} is there twice`;
  parent.keys.add(it.text);
  parent.key = it.text;
  return undefined;
}

const noValue = (key: string) => `the key ${key} has no value`;
