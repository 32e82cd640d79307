// The parts of protocol.md that no definition holds: the order of things, and what the codes mean.
import { table } from './markdown.mjs';

export const TITLE = (version) => `# The gateway protocol

WebSocket, one JSON object in each text frame, version ${version} of the gateway family's protocol. This page is what the
reference gateway speaks and what Polygate's own client expects. Real gateways of the family know more methods and events.

The same as JSON Schema: [schema.json](../../packages/protocol/src/gen/schema.json); as Swift models for apps:
[GatewayModels.swift](../../packages/protocol/src/gen/GatewayModels.swift).`;

export const HANDSHAKE = (
  version,
) => `1. The gateway speaks first, with the event [connect.challenge](#connectchallenge). Whoever sees it knows, without any secret,
   that a gateway is there.
2. The client sends the request \`connect\` with [ConnectParams](#connectparams). Anything else as the first frame ends the
   connection.
3. The gateway answers with [HelloOk](#hellook), or with an error and a [close code](#close-codes).
4. From then on requests are answered in the order in which they are done, each by the \`id\` of its request; events come in
   between, numbered by \`seq\`. [agent](#agent) is answered twice.
5. A request with an \`idempotencyKey\` that was sent before gets the answer of the first, and nothing is done again. Keys are
   kept for five minutes after the work ended, a thousand at most; what was refused before anything was done may be tried again.

\`\`\`json
{"type":"event","event":"connect.challenge","payload":{"nonce":"0b2e6f0a-…","ts":1767225600000}}
{"type":"req","id":"1","method":"connect","params":{"minProtocol":${version},"maxProtocol":${version},"client":{"id":"cli","version":"1.0.0","platform":"linux","mode":"cli"},"auth":{"token":"…"}}}
{"type":"res","id":"1","ok":true,"payload":{"type":"hello-ok","protocol":${version},"server":{"version":"0.1.0","connId":"5f1c…"},"…":"…"}}
{"type":"req","id":"2","method":"health"}
{"type":"res","id":"2","ok":true,"payload":{"ok":true,"…":"…"}}
\`\`\`

A client offers a range of versions; the gateway takes it when its own version lies within. A browser page of another origin
cannot open a connection (HTTP 403), nor can one that comes by a name which is none of this host; programs, which send no
\`Origin\`, can.`;

/** Client ids that every product knows (packages/gateway/src/handshake.ts). */
export const NEUTRAL_CLIENTS = ['webchat-ui', 'webchat', 'cli', 'gateway-client', 'node-host', 'test', 'fingerprint'];

export const SCOPES = `A connection with the role \`operator\` has the scopes that its \`connect\` asked for, and \`operator.admin\` when it asked for
none; \`operator.admin\` includes every other. The role \`node\` has no scopes; methods for nodes are for that role
alone (\`details.code\` \`WRONG_ROLE\`). A node is known by the id of its device, or without a device identity by its
\`instanceId\`, and advertises its \`caps\` and \`commands\` in \`connect\`. A call without the scope it needs is refused with
\`INVALID_REQUEST\` and \`details.code\` \`MISSING_SCOPE\`.`;

export const ERROR_CODES = [
  'The `code` of an [ErrorShape](#errorshape). `details.code`, where it is there, is what a program should act on.',
  table(
    ['Code', 'Meaning'],
    [
      [
        '`INVALID_REQUEST`',
        'The request is wrong: its frame or parameters, an unknown method, a missing scope, or at `connect` an unknown client id, no common version, or the secret (`details.code` `AUTH_TOKEN_MISSING` or `AUTH_TOKEN_MISMATCH`). Sending it again does not help.',
      ],
      [
        '`UNAVAILABLE`',
        'The gateway cannot do it now: it is stopping (`retryable`), something that it needs is not there (a provider, a node: `details.code` `NOT_CONNECTED`) or failed (`details.nodeError`: what the node said), or something inside it failed.',
      ],
      [
        '`NOT_PAIRED`',
        'At `connect`: neither a secret nor a device identity was shown (`device identity required`), or the device has to be let in first (`pairing required`, with `details.requestId`).',
      ],
      ['`NOT_LINKED`', 'The channel that the request needs is not linked.'],
      ['`AGENT_TIMEOUT`', 'The agent did not answer in time. Real gateways only so far.'],
    ],
  ),
];

export const CLOSE_CODES = ({ maxPayload, handshakeTimeoutMs, maxBufferedBytes }) => [
  table(
    ['Code', 'When the reference gateway sends it'],
    [
      ['1000', `No \`connect\` came within ${handshakeTimeoutMs / 1000} s.`],
      [
        '1002',
        'No common protocol version. The error before it names the one that the gateway speaks (`details.expectedProtocol`). Also a WebSocket frame that RFC 6455 does not allow.',
      ],
      ['1007', 'Text that is not UTF-8.'],
      [
        '1008',
        '`connect` was refused for any other reason: first frame, parameters, client id, role, secret, device. Also when a device was removed, or the token revoked that it came in with.',
      ],
      ['1009', `A frame of more than ${maxPayload} bytes.`],
      ['1012', 'The gateway is going down; the event [shutdown](#shutdown) came before.'],
      [
        '1013',
        'The gateway is stopping already. Real gateways send it while they start; Polygate takes it, like 1012, for "starting".',
      ],
    ],
  ),
  `A client that lets more than ${maxBufferedBytes} bytes wait unread is cut off without a close frame (1006 on its side), and so is one that sends pings faster than their answers can go out.`,
];

/** Meaning of each entry of DEFAULT_LIMITS. */
export const LIMITS = {
  maxPayload: 'Largest frame that the gateway takes, in bytes. Told in `policy`.',
  maxBufferedBytes: 'Most bytes that may wait for a client that does not read. Told in `policy`.',
  tickIntervalMs: 'Time between two [tick](#tick) events, in milliseconds. Told in `policy`.',
  handshakeTimeoutMs:
    'Time that a client has for `connect`, in milliseconds; `gateway.handshakeTimeoutMs` in the config changes it.',
  pingIntervalMs:
    'How often a client is pinged (RFC 6455, 5.5.2), in milliseconds; `gateway.pingIntervalMs` in the config changes it. Two pings without a byte in return: cut off at the third.',
  maxUnauthenticated:
    'Sockets that have not said hello. When so many are there, one that took longer than a quarter of a second gives way, else the newcomer is answered with HTTP 503. As many again may wait for the answer to a wrong secret.',
  maxUnderWay:
    'Requests of a client that wait for their answer, those for a run or a node included; one more is refused with `UNAVAILABLE`.',
  drainMs: 'Time that requests under way have when the gateway stops, in milliseconds.',
};

export const HTTP = [
  'Probes for machines: JSON, GET or HEAD, no secret needed, never cached. What else is answered on HTTP is in [Use the HTTP API](../how-to/use-the-http-api.md); every other path is 404.',
  table(
    ['Path', 'Answer'],
    [
      ['`/healthz`, `/health`', '200 `{"ok":true,"status":"live"}` as long as the process answers.'],
      [
        '`/readyz`, `/ready`',
        '200 `{"ready":true}`; 503 `{"ready":false,"failing":["stopping"]}` once it is stopping. With `uptimeMs` for who is on the machine.',
      ],
      ['`/startupz`, `/startup`', '200 `{"ok":true,"status":"started"}`: it listens when its start is over.'],
    ],
  ),
];
