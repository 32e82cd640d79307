/** How deep components may lie in one another, and how many may be shown: what is more is left out. */
const MOST_DEEP = 50;
const MOST_SHOWN = 5_000;

const FLEX = {
  start: 'flex-start',
  end: 'flex-end',
  center: 'center',
  stretch: 'stretch',
  spaceBetween: 'space-between',
  spaceAround: 'space-around',
  spaceEvenly: 'space-evenly',
};
const HEADINGS = ['h1', 'h2', 'h3', 'h4', 'h5'];
const FITS = ['contain', 'cover', 'fill', 'none', 'scale-down'];
const IMAGES = ['icon', 'avatar', 'smallFeature', 'mediumFeature', 'largeFeature', 'header'];

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** An address that can do nothing but be shown: nothing that would run. */
function safeUrl(text) {
  try {
    const url = new URL(text, document.baseURI);
    const isShown = ['http:', 'https:', 'blob:'].includes(url.protocol) || /^data:(image|audio|video)\//i.test(url.href);
    return isShown ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Draws a surface. `act` is told of what the user does: ({ name, sourceComponentId, context }). A component is drawn where it is named;
 * `scope` is the path that its own paths are relative to, within a list that is made of data.
 */
export function drawSurface({ components, root, data }, act) {
  let shown = 0;

  const pathIn = (scope, path) => (path.startsWith('/') ? path : `${scope}/${path}`);
  const bound = (value, scope) => {
    if (typeof value !== 'object' || value === null) return value;
    const { path, literalString, literalNumber, literalBoolean, literal } = value;
    const found = typeof path === 'string' ? data.get(pathIn(scope, path)) : undefined;
    return found ?? literalString ?? literalNumber ?? literalBoolean ?? literal;
  };
  const textOf = (value, scope) => {
    const found = bound(value, scope);
    return found === undefined || found === null || typeof found === 'object' ? '' : String(found);
  };
  const draw = (id, scope, depth) => {
    const found = components.get(id);
    if (!found || depth > MOST_DEEP || shown >= MOST_SHOWN) return document.createTextNode('');
    shown += 1;
    const [[type, properties] = ['nothing', {}]] = Object.entries(found.component ?? {});
    const make = Object.hasOwn(kinds, type) ? kinds[type] : unknown;
    const made = make(properties ?? {}, { id, scope, depth: depth + 1, type });
    if (Number.isFinite(found.weight)) made.style.flexGrow = String(found.weight);
    return made;
  };
  const childrenOf = (children, { scope, depth }) => {
    const { explicitList, template } = children ?? {};
    if (Array.isArray(explicitList)) return explicitList.map((id) => draw(id, scope, depth));
    if (typeof template?.dataBinding !== 'string') return [];
    const at = pathIn(scope, template.dataBinding);
    return data.keys(at).map((key) => draw(template.componentId, `${at}/${key}`, depth));
  };
  const box = (className) => (properties, place) => {
    const made = element('div', className, ...childrenOf(properties.children, place));
    made.style.justifyContent = FLEX[properties.distribution] ?? '';
    made.style.alignItems = FLEX[properties.alignment] ?? '';
    return made;
  };
  const field = (made, { label, value }, scope, property) => {
    const path = typeof value?.path === 'string' ? pathIn(scope, value.path) : undefined;
    made.addEventListener('input', () => (path === undefined ? undefined : data.set(path, made[property])));
    return element('label', property === 'checked' ? 'row' : 'field', ...order(made, textOf(label, scope), property));
  };
  const order = (made, label, property) => (property === 'checked' ? [made, label] : [label, made]);
  const unknown = (_, { type }) => element('p', 'unknown', `[${type} is not shown here]`);

  const kinds = {
    Text: ({ text, usageHint }, { scope }) =>
      element(HEADINGS.includes(usageHint) ? usageHint : 'p', usageHint === 'caption' ? 'caption' : '', textOf(text, scope)),
    Image: ({ url, fit, usageHint, altText }, { scope }) => {
      const made = element('img', IMAGES.includes(usageHint) ? usageHint : '');
      made.alt = textOf(altText, scope);
      made.referrerPolicy = 'no-referrer';
      made.style.objectFit = FITS.includes(fit) ? fit : '';
      const source = safeUrl(textOf(url, scope));
      if (source !== undefined) made.src = source;
      return made;
    },
    Icon: ({ name }, { scope }) => element('span', 'caption', textOf(name, scope)),
    Divider: ({ axis }) => element('hr', axis === 'vertical' ? 'vertical' : ''),
    Row: box('row'),
    Column: box('column'),
    List: (properties, place) => box(properties.direction === 'horizontal' ? 'row' : 'column')(properties, place),
    Card: ({ child }, { scope, depth }) => element('div', 'card', draw(child, scope, depth)),
    Button: ({ child, primary, action }, { id, scope, depth }) => {
      const made = element('button', primary === true ? 'primary' : '', draw(child, scope, depth));
      made.type = 'button';
      made.addEventListener('click', () => {
        const given = Array.isArray(action?.context) ? action.context : [];
        const context = Object.fromEntries(given.map(({ key, value }) => [String(key), bound(value, scope) ?? null]));
        act({ name: String(action?.name ?? ''), sourceComponentId: id, context });
      });
      return made;
    },
    CheckBox: (properties, { scope }) => {
      const made = element('input');
      made.type = 'checkbox';
      made.checked = bound(properties.value, scope) === true;
      return field(made, properties, scope, 'checked');
    },
    TextField: (properties, { scope }) => {
      const made = element(properties.textFieldType === 'longText' ? 'textarea' : 'input');
      const types = { obscured: 'password', number: 'number', date: 'date' };
      if (made.localName === 'input') made.type = types[properties.textFieldType] ?? 'text';
      const value = properties.text ?? properties.value;
      made.value = textOf(value, scope);
      return field(made, { ...properties, value }, scope, 'value');
    },
  };
  return draw(root, '', 0);
}
