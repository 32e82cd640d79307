import { chatSection } from './chat.js';
import { configSection } from './config.js';
import { byId, newId, say } from './dom.js';
import { Gateway } from './gateway.js';
import { logsSection } from './logs.js';
import { statusSection } from './status.js';

const { clientId, version } = document.documentElement.dataset;
/** Gateways on other ports have other origins; those under other paths have other keys. */
const KEPT = `secret of ${location.pathname}`;
const INSTANCE = `instance of ${location.pathname}`;

const instanceId = sessionStorage.getItem(INSTANCE) ?? newId();
sessionStorage.setItem(INSTANCE, instanceId);
const gateway = new Gateway({
  id: clientId,
  displayName: 'Control UI',
  version,
  platform: 'web',
  mode: 'ui',
  instanceId,
});

const about = statusSection(gateway);
const sections = {
  status: about,
  presence: about,
  chat: chatSection(gateway),
  logs: logsSection(gateway),
  config: configSection(gateway),
};
const navigation = document.querySelector('nav');
const links = [...navigation.querySelectorAll('a')];
let isIn = false;
let shown;

/** Shows the section that the address names; the way in where there is no connection yet. */
function show() {
  const name = location.hash.slice(1);
  const wanted = !isIn ? 'enter' : Object.hasOwn(sections, name) ? name : 'status';
  for (const id of ['enter', ...Object.keys(sections)]) byId(id).hidden = id !== wanted;
  for (const link of links) {
    if (link.hash === `#${wanted}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  navigation.hidden = !isIn;
  byId('leave').hidden = !isIn;
  if (wanted === shown) return;
  sections[shown]?.hide?.();
  shown = wanted;
  sections[wanted]?.show();
}

function enter(secret) {
  sessionStorage.setItem(KEPT, secret);
  say(byId('connection'), 'Connecting…');
  say(byId('enter-error'), '');
  gateway.enter(secret);
}

function leave(why) {
  sessionStorage.removeItem(KEPT);
  gateway.leave();
  isIn = false;
  say(byId('connection'), 'Not connected');
  say(byId('enter-error'), why);
  show();
  byId('secret').focus();
}

gateway.addEventListener('hello', () => {
  const isFirst = !isIn;
  isIn = true;
  say(byId('connection'), 'Connected');
  show();
  // Where the form was is nothing any more.
  if (isFirst) byId('main').focus();
});
gateway.addEventListener('lost', ({ detail }) => say(byId('connection'), `Connection lost (${detail}). Trying again…`));
gateway.addEventListener('refused', ({ detail }) => leave(detail.message));
gateway.addEventListener('event', ({ detail: { event, payload } }) => {
  if (event === 'shutdown') say(byId('connection'), `The gateway says: ${payload.reason}`);
});
byId('enter')
  .querySelector('form')
  .addEventListener('submit', (submit) => {
    submit.preventDefault();
    enter(byId('secret').value);
    byId('secret').value = '';
  });
byId('leave').addEventListener('click', () => leave(''));
// A fragment names a section here.
document.querySelector('.skip').addEventListener('click', (click) => {
  click.preventDefault();
  byId('main').focus();
});
addEventListener('hashchange', () => {
  if (!takeToken()) show();
});

/** A secret in the fragment never leaves the browser; it is taken out of the address, so that it is not in its history either. */
function takeToken() {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (!token) return false;
  history.replaceState(null, '', `${location.pathname}${location.search}#status`);
  enter(token);
  return true;
}

show();
if (!takeToken()) {
  const kept = sessionStorage.getItem(KEPT);
  if (kept) enter(kept);
}
