import { byId, duration, element } from './dom.js';

/** What the gateway is and how it is, and who else is connected. */
export function statusSection(gateway) {
  const list = byId('status').querySelector('dl');
  const rows = byId('presence').querySelector('tbody');
  const link = byId('canvas');
  let hello;
  let health;
  let presence = [];
  let startedAt = 0;

  const draw = () => {
    if (!hello) return;
    const { server, snapshot, protocol } = hello;
    const facts = [
      ['Gateway', `${server.version} on ${server.host ?? location.host}`],
      ['Health', health.ok ? 'ok' : 'not ok', !health.ok],
      ['Up for', duration(Date.now() - startedAt)],
      ['Config', snapshot.configPath],
      ['State', snapshot.stateDir],
      ['Protocol', String(protocol)],
      ['Agents', (health.agents ?? []).map(({ agentId }) => agentId).join(', ')],
      ['Channels', channels(health)],
      ['Conversations', String(health.sessions?.count ?? 0)],
      ...configFacts(health.config),
    ];
    list.replaceChildren(
      ...facts.flatMap(([name, value, isBad]) => [
        element('dt', { text: name }),
        element('dd', { text: value ?? '', className: isBad ? 'bad' : '' }),
      ]),
    );
  };
  const drawPresence = () => {
    rows.replaceChildren(
      ...presence.map(({ host, mode, version, platform, deviceFamily, ts, reason }) =>
        element(
          'tr',
          {},
          element('th', { text: host ?? '', scope: 'row' }),
          element('td', { text: [mode, reason && `(${reason})`].filter(Boolean).join(' ') }),
          element('td', { text: version ?? '' }),
          element('td', { text: deviceFamily ?? platform ?? '' }),
          element('td', { text: ts ? `${duration(Date.now() - ts)} ago` : '' }),
        ),
      ),
    );
  };
  const lookAgain = async () => {
    [health, presence] = await Promise.all([gateway.call('health'), gateway.call('system-presence')]);
    draw();
    drawPresence();
  };

  gateway.addEventListener('hello', ({ detail }) => {
    hello = detail;
    ({ health, presence } = detail.snapshot);
    startedAt = Date.now() - detail.snapshot.uptimeMs;
    link.hidden = detail.canvasHostUrl === undefined;
    if (detail.canvasHostUrl) link.href = `${detail.canvasHostUrl}${document.documentElement.dataset.canvas}`;
    draw();
    drawPresence();
  });
  gateway.addEventListener('event', ({ detail: { event, payload } }) => {
    if (event === 'health') health = payload;
    if (event === 'presence') ({ presence } = payload);
    draw();
    if (event === 'presence') drawPresence();
  });
  // Events are not told again: after a gap the whole is asked for.
  gateway.addEventListener('gap', () => lookAgain().catch(() => {}));
  return { show: () => lookAgain().catch(() => {}) };
}

function channels({ channels: known = {}, linkChannel }) {
  const names = Object.keys(known);
  if (names.length === 0) return 'none';
  return names.map((name) => (linkChannel?.id === name && linkChannel.linked ? `${name} (linked)` : name)).join(', ');
}

function configFacts(config) {
  if (!config) return [];
  const issues = config.issues.map(({ path, message }) => [path, message].filter(Boolean).join(' ')).join('; ');
  return [
    ['Config in use', config.valid ? 'as it is on disk' : `the last good one: ${issues}`, !config.valid],
    ...(config.pending.length > 0 ? [['Waits for a restart', config.pending.join(', '), true]] : []),
  ];
}
