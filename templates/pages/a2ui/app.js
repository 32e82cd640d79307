import { drawSurface } from './components.js';
import { Data } from './data.js';

const { a2ui, handler, status } = document.documentElement.dataset;
const place = document.getElementById('surfaces');
const said = document.getElementById('said');
const MESSAGES = ['beginRendering', 'surfaceUpdate', 'dataModelUpdate', 'deleteSurface'];
const MOST_SURFACES = 50;
const MOST_COMPONENTS = 5_000;

/** By id: { components, data, root, drawn }. */
const surfaces = new Map();

/**
 * Applies messages of A2UI v0.8: a list of them, one, or JSON Lines. What the app around this page calls. All of a wrong list is
 * refused, with the reason. @throws Error
 */
function applyMessages(messages) {
  const checked = listOf(messages).map(checkMessage);
  for (const { kind, content } of checked) APPLY[kind](content);
  for (const id of new Set(checked.map(({ content }) => content.surfaceId))) redraw(id);
  return { ok: true, surfaces: getSurfaces() };
}

function listOf(messages) {
  if (typeof messages === 'string')
    return messages
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line));
  return Array.isArray(messages) ? messages : [messages];
}

function checkMessage(message) {
  const keys = Object.keys(message ?? {});
  const [kind] = keys;
  if (keys.length !== 1 || !MESSAGES.includes(kind))
    throw new Error(`no message of A2UI v0.8 (one of ${MESSAGES.join(', ')}): ${keys.join(', ') || 'nothing'}`);
  const content = message[kind];
  if (typeof content?.surfaceId !== 'string' || content.surfaceId === '') throw new Error(`${kind} without a surfaceId`);
  if (kind === 'beginRendering' && typeof content.root !== 'string') throw new Error('beginRendering without a root');
  if (kind === 'surfaceUpdate' && !isComponents(content.components))
    throw new Error(`surfaceUpdate.components is no list of components with ids, or longer than ${MOST_COMPONENTS}`);
  return { kind, content };
}

const isComponents = (list) =>
  Array.isArray(list) &&
  list.length <= MOST_COMPONENTS &&
  list.every((each) => typeof each?.id === 'string' && Object.keys(each.component ?? {}).length === 1);

function surface(id) {
  const known = surfaces.get(id);
  if (known) return known;
  if (surfaces.size >= MOST_SURFACES) throw new Error(`more than ${MOST_SURFACES} surfaces`);
  const drawn = Object.assign(document.createElement('section'), { className: 'surface' });
  drawn.setAttribute('aria-label', id);
  const made = { components: new Map(), data: new Data(), root: undefined, drawn };
  surfaces.set(id, made);
  return made;
}

const APPLY = {
  beginRendering({ surfaceId, root }) {
    const at = surface(surfaceId);
    at.root = root;
    place.append(at.drawn);
  },
  surfaceUpdate({ surfaceId, components }) {
    const at = surface(surfaceId);
    for (const component of components) at.components.set(component.id, component);
  },
  dataModelUpdate({ surfaceId, path = '/', contents }) {
    surface(surfaceId).data.update(path, contents);
  },
  deleteSurface({ surfaceId }) {
    surfaces.get(surfaceId)?.drawn.remove();
    surfaces.delete(surfaceId);
  },
};

function redraw(id) {
  const at = surfaces.get(id);
  if (at?.root === undefined) return;
  at.drawn.replaceChildren(drawSurface(at, (action) => act({ ...action, surfaceId: id })));
}

/** Tells the app around the page, or a page that listens, what the user did. */
function act(action) {
  const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
  const userAction = { ...action, id, timestamp: new Date().toISOString() };
  dispatchEvent(new CustomEvent('a2ui:userAction', { detail: userAction }));
  const app = globalThis.webkit?.messageHandlers?.[handler] ?? globalThis[handler];
  const isTaken = typeof app?.postMessage === 'function';
  if (isTaken) app.postMessage(JSON.stringify({ userAction }));
  said.textContent = isTaken ? `${action.name}: sent` : `${action.name}: no app is here that takes it`;
}

function getSurfaces() {
  return [...surfaces.keys()];
}

function reset() {
  surfaces.clear();
  place.replaceChildren();
  said.textContent = '';
}

addEventListener(status, ({ detail }) => {
  said.textContent = detail?.ok ? 'done' : `failed: ${detail?.error ?? 'no reason was given'}`;
});
globalThis[a2ui] = { applyMessages, reset, getSurfaces };
