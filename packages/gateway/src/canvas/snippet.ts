import type { ProductPack } from '@polygate/core';

/** How pages and the apps of a product call what they tell one another by. */
export interface BridgeNames {
  /** Of the page: what applies messages to it. */
  a2ui: string;
  /** Of the app: what takes actions. */
  handler: string;
  /** Of the page: an object with `sendUserAction` and `postMessage`, and both again by themselves. */
  brand: string;
  send: string;
  post: string;
  /** Event by which the app tells what became of an action. */
  status: string;
}

/** The family's names are made of the word in the product's paths: `/__<word>__/canvas`; where there is none, of its id. */
export function bridgeNames({ id, displayName, paths }: ProductPack): BridgeNames {
  const camel = id.replace(/-+(\w)/g, (_, letter: string) => letter.toUpperCase());
  const word = /^\/__([A-Za-z]\w*?)__\//.exec(paths.canvas)?.[1] ?? camel;
  return {
    a2ui: `${word}A2UI`,
    handler: `${word}CanvasA2UIAction`,
    brand: displayName.replace(/\W/g, ''),
    send: `${word}SendUserAction`,
    post: `${word}PostMessage`,
    status: `${word}:a2ui-action-status`,
  };
}

/** How often a page asks for its socket again when that was closed: seldom, and not for ever. */
const TRIES = 40;

/**
 * What is put into a page of the canvas: it is loaded again when the socket says so, and its buttons can tell the app around it
 * what was done. `live`: path of the socket; undefined: pages are not loaded again.
 */
export function canvasScript(names: BridgeNames, live: string | undefined): string {
  return `<script>\n(() => {\n${bridge(names)}${live === undefined ? '' : reload(live)}})();\n</script>\n`;
}

/** Apps on Apple's systems and on Android take messages in two ways. */
const bridge = ({ handler, brand, send, post }: BridgeNames) => `  const post = (message) => {
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    const apple = globalThis.webkit?.messageHandlers?.${handler};
    const app = apple ?? globalThis.${handler};
    if (typeof app?.postMessage !== 'function') return false;
    app.postMessage(text);
    return true;
  };
  const send = (action) => post({ userAction: { ...action, id: action?.id || crypto.randomUUID?.() || String(Date.now()) } });
  globalThis.${brand} = Object.assign(globalThis.${brand} ?? {}, { postMessage: post, sendUserAction: send });
  Object.assign(globalThis, { ${post}: post, ${send}: send });
`;

/** One that comes back after it was gone may have missed something. */
const reload = (live: string) => `  let tries = 0;
  const listen = () => {
    const socket = new WebSocket(location.protocol.replace('http', 'ws') + '//' + location.host + ${JSON.stringify(live)});
    socket.onopen = () => (tries > 0 ? location.reload() : undefined);
    socket.onmessage = ({ data }) => (data === 'reload' ? location.reload() : undefined);
    socket.onclose = () => ((tries += 1) < ${TRIES} ? setTimeout(listen, Math.min(30000, 500 * 2 ** tries)) : undefined);
  };
  listen();
`;

/** The page with a script before its end. What encoding it has does not matter: its own bytes stay as they are. */
export function withScript(page: Buffer, script: string): Buffer {
  const at = page.toString('latin1').toLowerCase().lastIndexOf('</body>');
  const end = at < 0 ? page.length : at;
  return Buffer.concat([page.subarray(0, end), Buffer.from(script), page.subarray(end)]);
}
