/** Words that Swift 6 does not take as a plain name of a property, parameter or enum case. */
export const SWIFT_KEYWORDS = new Set(
  `associatedtype class deinit enum extension fileprivate func import init inout internal let open operator private
   precedencegroup protocol public rethrows static struct subscript typealias var break case catch continue default defer do
   else fallthrough for guard if in repeat return switch throw where while as await false is nil self Self super throws true
   try Any Type Protocol`.split(/\s+/),
);

/** A name that may stand in Swift source: letters and digits only, backticks where it is a keyword. */
export function swiftName(key) {
  const words = key.split(/[^A-Za-z0-9]+/).filter(Boolean);
  const joined = words.map((word, i) => (i === 0 ? word : upperFirst(word))).join('') || 'empty';
  const name = /^[0-9]/.test(joined) ? `n${joined}` : joined;
  return SWIFT_KEYWORDS.has(name) ? `\`${name}\`` : name;
}

/** The JSON key that Swift makes of a property by itself: what it is called without backticks. */
export const bareName = (name) => name.replaceAll('`', '');

export const upperFirst = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** Name of the type of a nested value: the type that holds it, then its key. */
export const nestedName = (owner, key) => owner + upperFirst(bareName(swiftName(key)));

/** A string as a Swift literal. */
export function swiftString(text) {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return `"${escaped}"`;
}
