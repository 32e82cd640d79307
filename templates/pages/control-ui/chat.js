import { byId, element, keepAtEnd, newId, say } from './dom.js';

/** Messages that are shown at once. */
const MOST_SHOWN = 200;

/** A conversation with an agent: what was said, what is being said, and the end of it. */
export function chatSection(gateway) {
  const key = byId('chat-key');
  const keys = byId('chat-keys');
  const list = byId('chat-messages');
  const text = byId('chat-text');
  const stop = byId('chat-stop');
  const error = byId('chat-error');
  let defaultAgent = 'main';
  /** Answers that are being given, by their run. */
  const answers = new Map();

  const add = (role, said) => {
    const body = element('span', { text: said });
    const item = element(
      'li',
      { className: role },
      element('span', { className: 'who', text: role === 'user' ? 'You' : 'Agent' }),
      body,
    );
    keepAtEnd(list, () => {
      list.append(item);
      while (list.childElementCount > MOST_SHOWN) list.firstElementChild.remove();
    });
    return { item, body };
  };
  const attempt = async (what) => {
    say(error, '');
    try {
      return await what();
    } catch (failure) {
      say(error, failure.message);
      return undefined;
    }
  };
  const load = () =>
    attempt(async () => {
      const [{ messages }, { sessions }] = await Promise.all([
        gateway.call('chat.history', { sessionKey: key.value, limit: MOST_SHOWN }),
        gateway.call('sessions.list', { limit: 50 }),
      ]);
      answers.clear();
      list.replaceChildren();
      for (const { role, content } of messages) add(role === 'user' ? 'user' : 'assistant', textOf(content));
      list.scrollTop = list.scrollHeight;
      keys.replaceChildren(...sessions.map((session) => element('option', { value: session.key })));
      stop.disabled = true;
    });
  const send = async () => {
    const message = text.value.trim();
    if (message === '') return;
    const runId = newId();
    const { item } = add('user', message);
    stop.disabled = false;
    text.value = '';
    const begun = await attempt(() => gateway.call('chat.send', { sessionKey: key.value, message, idempotencyKey: runId }));
    if (begun) return;
    // It was not taken: who wrote it can send it again.
    item.remove();
    if (text.value === '') text.value = message;
    stop.disabled = answers.size === 0;
  };
  /** Keys are told whole, and may be written short. */
  const isOpen = (sessionKey) => sessionKey === key.value || sessionKey === `agent:${defaultAgent}:${key.value}`;
  const take = ({ runId, sessionKey, state, message, errorMessage, stopReason }) => {
    if (!isOpen(sessionKey)) return;
    const answer = answers.get(runId) ?? add('assistant', '');
    answers.set(runId, answer);
    // What is not whole yet is not read out.
    answer.item.setAttribute('aria-busy', String(state === 'delta'));
    keepAtEnd(list, () => {
      if (message) answer.body.textContent = textOf(message.content);
      if (state === 'aborted') answer.body.textContent += `\n[stopped: ${stopReason}]`;
      if (state === 'error') {
        answer.body.textContent += `\n[failed: ${errorMessage}]`;
        answer.item.classList.add('error');
      }
    });
    if (state !== 'delta') answers.delete(runId);
    stop.disabled = answers.size === 0;
  };

  gateway.addEventListener('hello', ({ detail }) => {
    defaultAgent = detail.snapshot.health.defaultAgentId ?? defaultAgent;
    if (!byId('chat').hidden) load();
  });
  gateway.addEventListener('event', ({ detail: { event, payload } }) => {
    if (event === 'chat') take(payload);
  });
  byId('chat-which').addEventListener('submit', (submit) => {
    submit.preventDefault();
    load();
  });
  byId('chat-say').addEventListener('submit', (submit) => {
    submit.preventDefault();
    send();
  });
  text.addEventListener('keydown', (press) => {
    if (press.key !== 'Enter' || !(press.ctrlKey || press.metaKey)) return;
    press.preventDefault();
    send();
  });
  stop.addEventListener('click', () => attempt(() => gateway.call('chat.abort', { sessionKey: key.value })));
  return { show: load };
}

/** Text of a message, which is a text or a list of parts. */
function textOf(content) {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part) => (part?.type === 'text' ? part.text : `[${part?.type}]`)).join('\n');
}
