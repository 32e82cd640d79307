import { byId, element, keepAtEnd, say } from './dom.js';

const EVERY_MS = 1_500;
const MOST_LINES = 1_000;
const LEVELS = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 };

/** The log file of the gateway, from its last lines on. */
export function logsSection(gateway) {
  const section = byId('logs');
  const list = byId('logs-lines');
  const follow = byId('logs-follow');
  const level = byId('logs-level');
  const find = byId('logs-find');
  let lines = [];
  let cursor;
  let timer;

  const isShown = (line) => line.level >= Number(level.value) && line.text.toLowerCase().includes(find.value.toLowerCase());
  const draw = () => keepAtEnd(list, () => list.replaceChildren(...lines.filter(isShown).map(itemOf)));
  const ask = async () => {
    clearTimeout(timer);
    try {
      const page = await gateway.call('logs.tail', cursor === undefined ? { limit: 300 } : { cursor });
      if (page.reset) lines = [];
      cursor = page.cursor;
      const added = page.lines.map(readLine);
      lines = [...lines, ...added].slice(-MOST_LINES);
      byId('logs-file').textContent = page.file;
      say(byId('logs-error'), '');
      if (added.length > 0 || page.reset) draw();
    } catch (failure) {
      say(byId('logs-error'), failure.message);
    }
    clearTimeout(timer);
    if (!section.hidden && follow.checked) timer = setTimeout(ask, document.hidden ? EVERY_MS * 10 : EVERY_MS);
  };

  follow.addEventListener('change', ask);
  level.addEventListener('change', draw);
  find.addEventListener('input', draw);
  return {
    show: ask,
    hide: () => clearTimeout(timer),
  };
}

/** A line of the file is JSON; one that is not is shown as it is. */
function readLine(line) {
  try {
    const { time, level, msg, ...more } = JSON.parse(line);
    const name = typeof level === 'string' ? level : (Object.entries(LEVELS).find(([, each]) => each === level)?.[0] ?? 'info');
    const rest = Object.entries(more)
      .filter(([key]) => !['pid', 'hostname', 'v'].includes(key))
      .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
    return { level: LEVELS[name] ?? LEVELS.info, text: [new Date(time).toISOString(), name.padEnd(5), msg, ...rest].join(' ') };
  } catch {
    return { level: LEVELS.info, text: line };
  }
}

const itemOf = ({ level, text }) => element('li', { text, className: level >= LEVELS.error ? 'bad' : '' });
