// What the family's operations guide says of a gateway, bullet by bullet, and the test that proves it here.
// A proof is [path of the test, how a title in it begins].

const e2e = (name, title) => [`e2e/${name}.test.ts`, title];
const unit = (name, title) => [`packages/${name}.test.ts`, title];

const SPEAKS = 'the-gateway-speaks-the-protocol';
const SERVES = 'the-gateway-serves-its-methods';
const STATUS = 'status-tells-what-it-sees';
const SYSTEMD = 'two-services-under-systemd';
const WORDS = 'zero-runbook-works-word-for-word';
const NODES = 'nodes-do-what-they-are-asked';
const CHANNELS = 'channels-bring-messages';
const IN_BROWSER = 'a-browser-controls-the-gateway';
const SHOWN = 'the-canvas-is-served-and-contained';
const MAY = 'http-is-answered-to-those-who-may';
const OPENAI = 'openai-clients-talk-to-the-gateway';
const TURN = 'an-agent-takes-its-turn';
const TURNS = 'gateway/src/turns/turns';
const FOLLOWED = 'the-config-is-followed';
const LIVE = 'gateway/src/config/live-config';
const LIFE_OF_AN_AGENT = 'runs from its install to its uninstall, ends for good with a fatal configuration alone';
const INSTANCE = 'core/src/instance/instance';

/** Section, then rows: what the guide asks for, and proofs. */
export const RUNBOOK = [
  [
    'The process',
    [
      ['One process that is always there and holds the control plane', e2e(SYSTEMD, 'brings one back that is killed')],
      ['It holds the one connection to each messenger', e2e(CHANNELS, 'brings messages of those who may speak')],
      ['The command `gateway` runs it', e2e(WORDS, 'a gateway in the foreground')],
      ['It runs until it is told to stop', e2e('a-gateway-stops-in-good-order', 'says goodbye on %s')],
      [
        'Fatal errors end it with a code that is not 0, for a supervisor to act on',
        e2e('exit-codes-mean-something', '78: fatal configuration'),
        e2e('up-keeps-several-running', 'parks one whose configuration is fatal'),
      ],
    ],
  ],
  [
    'Running it locally',
    [
      ['`gateway --port 18789`', e2e(WORDS, 'a gateway in the foreground')],
      [
        '`--verbose` mirrors the debug log to the terminal',
        e2e('logs-follow-the-gateway', 'are on the terminal too with --verbose'),
      ],
      [
        '`--force` ends what listens on the port, says whom it ended, and starts; here only a gateway, unless `--force=any`',
        e2e('a-taken-port-is-explained', 'is cleared of a gateway of the family by --force'),
        e2e('a-taken-port-is-explained', 'is cleared of whatever holds it by --force=any'),
      ],
      [
        '`--force` without a tool that lists listeners fails at once: here none is needed, the system is asked itself',
        unit('host/src/node/net', 'finds one on %s, with its address, pid, command and user'),
      ],
      [
        '`gateway:watch` for development restarts it on edits',
        e2e('deep/npm-start-runs-the-main-job', 'installs, builds, brings main and rescue up'),
      ],
      [
        'Edits of the config are taken over while it runs',
        e2e(FOLLOWED, 'is taken over while the gateway runs, without a restart where none is needed'),
        e2e(FOLLOWED, 'that makes no sense changes nothing'),
      ],
      [
        'The mode is `hybrid` unless said otherwise: what is safe at once, what is critical by a restart',
        unit(LIVE, 'takes over at once what it can, and restarts for the rest'),
        unit(LIVE, 'in mode %s'),
      ],
      [
        'That restart is the one in place that SIGUSR1 asks for',
        e2e(FOLLOWED, 'of a secret restarts it in place: clients are told, and come back with the new one'),
      ],
      ['`gateway.reload.mode="off"` switches it off', unit(LIVE, 'in mode %s')],
      [
        'The control plane listens on 127.0.0.1, port 18789 by default',
        unit(INSTANCE, 'is taken from the strongest source'),
        unit('core/src/instance/access', 'with the flags %j and the config %j'),
      ],
      ['One port for WebSocket and HTTP', e2e(SPEAKS, 'answers HTTP probes with JSON')],
      ['Hooks on that port', e2e(MAY, 'takes hooks by a token of their own')],
      ['Control UI on that port', e2e(IN_BROWSER, 'the control UI in a browser')],
      [
        '`/v1/chat/completions`',
        e2e(OPENAI, 'are answered at once or word by word, by whom they name'),
        e2e(OPENAI, 'are told what is wrong in the way that they know'),
      ],
      ['`/v1/responses`', e2e(OPENAI, 'of the responses API get items and their events')],
      ['`/tools/invoke`', e2e(MAY, 'calls one tool, where the config lets it')],
      [
        'A canvas file server beside it, with its own switch',
        e2e(SHOWN, 'is there from the start, for its owner alone on the disk'),
        e2e(SHOWN, 'the canvas follows the config, while the gateway stays'),
        e2e(SHOWN, 'a gateway whose canvas is skipped, or whose canvas port is taken'),
      ],
      ['Logs on stdout, for a service manager to keep', e2e('logs-follow-the-gateway', 'follow what the gateway writes')],
      ['SIGTERM is the ordinary end, and no failure', e2e('a-gateway-stops-in-good-order', 'says goodbye on %s')],
      [
        'SIGUSR1 restarts it in place when that is allowed',
        e2e(FOLLOWED, 'by SIGUSR1 refuses nobody: the port stays bound'),
        unit(LIVE, 'a signal restarts only where the config allows it'),
        e2e('a-gateway-stops-in-good-order', 'ignores SIGUSR1'),
      ],
      [
        'A token, in the config, by option or by variable, must be shown in `connect`',
        unit('core/src/instance/access', 'with the flags %j, the config %j and the environment %j is a %s'),
        e2e(SPEAKS, 'refuses %s with its reason'),
      ],
      [
        'The assistant makes a token, also for loopback',
        e2e('onboarding-makes-profiles-that-start', 'make a private profile with its own port, token and workspace'),
      ],
      [
        'Port: option, then variable, then config, then 18789',
        unit(INSTANCE, 'is taken from the strongest source, and the others are kept in order'),
      ],
    ],
  ],
  [
    'From another machine',
    [
      [
        'Over a VPN or an SSH tunnel clients reach the same address',
        e2e(STATUS, 'asks what --url names, and then does not claim which instance it is'),
      ],
      ['The token is needed through the tunnel too', e2e(SPEAKS, 'refuses %s with its reason')],
    ],
  ],
  [
    'Several on one host',
    [
      [
        'State and config of its own for each, and ports that do not meet',
        e2e('one-owner-per-state-and-config', 'refuses the same state directory through a symlink'),
        e2e('ports-draws-the-map', 'says the same as setup, which refuses the conflict'),
      ],
      [
        'Services are named by profile: `com.zero.<profile>`, `zero-gateway-<profile>.service`, `ZERO Gateway (<profile>)`',
        unit('core/src/service/names', 'under %s is that of %s'),
      ],
      [
        'Marker, kind and version in the definition of the service',
        unit('core/src/service/definition', 'runs the reference gateway for exactly one product'),
        e2e(SYSTEMD, 'writes a unit that systemd has nothing to say about'),
      ],
      [
        'A rescue bot: a second profile with everything of its own',
        e2e('onboarding-makes-profiles-that-start', 'give the second profile a base port 1000 further'),
      ],
      [
        '`--dev setup`, `--dev gateway --allow-unconfigured`, `--dev status`, `--dev health`',
        e2e(WORDS, 'the dev profile: set up, run, asked'),
      ],
      [
        'Its state, config, port 19001, browser 19003, canvas 19005 and workspace',
        e2e(WORDS, 'the dev profile: set up, run, asked, with its five defaults'),
      ],
      [
        'The browser is controlled on base + 2, the canvas is on base + 4, or where they are put',
        unit('core/src/ports/ports', 'is base, +2, +4 and +11 to +110'),
        unit('core/src/ports/resolve', 'of %j is %s from the %s (%s)'),
        e2e('a-browser-is-driven', 'is controlled with the token alone'),
      ],
      [
        'CDP ports are taken from browser control + 9 to + 108 and stay',
        e2e('browser-profiles-get-ports-of-their-own', 'gets the lowest port of the band that nobody has, and keeps it'),
        e2e('a-browser-is-driven', 'is one of several, each with data and a port of its own'),
      ],
      [
        'For each instance: port, config, state directory and workspace of its own',
        e2e('profiles-audit-finds-what-is-shared', 'finds nothing between profiles as setup makes them'),
      ],
      [
        'For each instance: a number of its own',
        e2e('profiles-audit-finds-what-is-shared', 'finds one bot in two profiles without ever printing its token'),
      ],
      ['A service for each: `--profile main gateway install`', e2e(SYSTEMD, 'installs both over a login session')],
      ['Two by variables alone, on ports of their choice', e2e(WORDS, 'two by variables on one line each')],
    ],
  ],
  [
    'The protocol',
    [
      [
        'The first frame is `connect`, with the fields of ConnectParams',
        e2e(SPEAKS, 'closes the socket on %s before hello'),
        unit('gateway/src/handshake', 'lets an operator in with the scopes it asks for'),
      ],
      ['The answer is hello-ok, or an error and the end', e2e(SPEAKS, 'greets with a challenge, answers connect with hello-ok')],
      [
        'Requests are answered by their ids; events carry `seq` and `stateVersion`',
        e2e(SPEAKS, 'tells every client who comes, who goes'),
        e2e(SERVES, 'tells a crowd that comes at once who is here in few lists'),
      ],
      [
        'Presence entries have a structure, and the `instanceId` of `connect`',
        unit('gateway/src/presence', 'keeps one entry for a client that comes again'),
      ],
      [
        '`agent` is answered twice: accepted, and the end with a status and a summary',
        e2e(SERVES, 'answers agent in two stages'),
        unit(TURNS, 'is accepted at once, tells what comes, ends with the answer'),
      ],
      ['What a turn says is streamed as events `agent`', e2e(TURN, 'is answered by any endpoint that streams')],
    ],
  ],
  [
    'Methods',
    [
      [
        '`health`: the full snapshot, the same as `health --json`',
        e2e(SPEAKS, 'greets with a challenge, answers connect'),
        e2e('json-is-as-published', 'is as published, and names every field'),
      ],
      ['`status`: the short summary', e2e(SPEAKS, 'greets with a challenge, answers connect')],
      ['`system-presence`: who is here', e2e(SPEAKS, 'greets with a challenge, answers connect')],
      [
        '`system-event`: a note that all see',
        unit('gateway/src/methods/registry', 'keeps the last 20 notes'),
        e2e(SPEAKS, 'tells every client who comes, who goes, and what is noted'),
      ],
      [
        '`send`: a message by a channel that is linked',
        unit(TURNS, 'by %j is NOT_LINKED without a channel'),
        e2e(CHANNELS, 'brings messages of those who may speak'),
        e2e(CHANNELS, 'is linked by a code, answers'),
      ],
      ['`agent`: a turn', unit(TURNS, 'is accepted at once'), e2e(TURN, 'is answered by any endpoint that streams')],
      [
        '`node.list`: those that are paired and those that are connected, with what they can do',
        unit('gateway/src/nodes/nodes', 'has those that are paired, those that are connected'),
      ],
      [
        '`node.describe`: one of them, also one that is not paired',
        unit('gateway/src/nodes/nodes', 'has those that are paired, those that are connected'),
        e2e(NODES, 'with a device identity is known by that'),
      ],
      [
        '`node.invoke`: has a node run a command',
        e2e(NODES, 'that is connected runs the commands that it advertises'),
        e2e(NODES, 'that goes ends the calls that wait for it'),
      ],
      [
        '`node.pair.*`: request, list, approve, reject, verify',
        e2e(NODES, 'is paired with a token that is told once'),
        unit('gateway/src/nodes/nodes', 'is asked for once, told to those who may approve'),
      ],
      [
        'A stable `instanceId` keeps a client one entry',
        unit('gateway/src/presence', 'keeps one entry for a client that comes again'),
      ],
    ],
  ],
  [
    'Events',
    [
      ['`agent`: what happens in a run, numbered', unit(TURNS, 'is accepted at once, tells what comes')],
      [
        '`presence`: each change, with stateVersion, to all clients',
        unit('gateway/src/presence-news', 'tells many changes at once'),
        unit('gateway/src/presence-news', 'tells that somebody aged out'),
      ],
      ['`tick`: the keepalive', unit('gateway/src/beats', 'a client hears a tick every half minute')],
      ['`shutdown`: with its reason, before the end', e2e('a-gateway-stops-in-good-order', 'says goodbye on %s')],
      [
        '`shutdown` tells when it will be back, where it restarts',
        e2e(FOLLOWED, 'of a secret restarts it in place: clients are told'),
      ],
    ],
  ],
  [
    'WebChat',
    [
      [
        'It talks to the WebSocket for its history, its sends, its aborts and its events',
        unit(TURNS, 'is said, answered as events, remembered'),
        e2e(TURN, 'can be stopped, by who asked'),
      ],
      [
        'From elsewhere it takes the same tunnel and shows the same token',
        e2e('devices-are-let-in', 'from elsewhere waits until devices approve lets it in'),
      ],
      [
        'The app has one connection, takes presence from the snapshot and follows the events',
        unit('gateway/src/handshake', 'hello-ok has all that a client draws its first picture with'),
      ],
    ],
  ],
  [
    'Types and validation',
    [
      [
        'Every frame that comes in is checked against the schema of the definitions',
        e2e(SPEAKS, 'answers bad requests after hello and stays open'),
        e2e(SERVES, 'answers every method that asks as its schema says'),
      ],
      [
        'Clients in TypeScript and Swift use generated types',
        ['scripts/gen/swift.test.mjs', 'declares every definition of the schema, and nothing twice'],
      ],
      [
        'The definitions are the source; `protocol:gen` and `protocol:gen:swift` write the rest',
        ['scripts/gen/swift.test.mjs', 'names the version of the protocol'],
      ],
    ],
  ],
  [
    'The first picture',
    [
      [
        'hello-ok has a snapshot (presence, health, stateVersion, uptimeMs) and the policy',
        e2e(SPEAKS, 'greets with a challenge, answers connect with hello-ok'),
      ],
      [
        '`health` and `system-presence` can be asked again, and need not be',
        e2e(SPEAKS, 'greets with a challenge, answers connect with hello-ok'),
      ],
    ],
  ],
  [
    'Errors',
    [
      [
        '`{code, message, details?, retryable?, retryAfterMs?}`',
        unit('gateway/src/nodes/nodes', 'is refused where the node is not here'),
      ],
      ['`NOT_LINKED`', unit(TURNS, 'by %j is NOT_LINKED without a channel')],
      ['`AGENT_TIMEOUT`', unit(TURNS, 'that takes too long ends with AGENT_TIMEOUT'), e2e(TURN, 'is answered by any endpoint')],
      ['`INVALID_REQUEST`', e2e(SPEAKS, 'answers bad requests after hello and stays open')],
      [
        '`UNAVAILABLE`: it is stopping, or what it needs cannot be reached',
        unit('gateway/src/handshake', 'while the gateway stops is told to try again'),
        e2e(NODES, 'that goes ends the calls that wait for it'),
      ],
    ],
  ],
  [
    'Keepalive, and what was missed',
    [
      ['Ticks come without any other traffic', unit('gateway/src/beats', 'a client hears a tick every half minute')],
      ['What is acknowledged is acknowledged by a response, never by a tick', e2e(SERVES, 'answers agent in two stages')],
      [
        'Events are not repeated: a gap in `seq` shows, and health and presence are asked again',
        e2e(SPEAKS, 'tells every client who comes, who goes, and what is noted, in order without gaps'),
      ],
    ],
  ],
  [
    'launchd',
    [
      [
        'A LaunchAgent with KeepAlive, its program, arguments and log files',
        unit('core/src/service/launchd', '$scope: $name is the golden one'),
        unit('core/src/service/launchd', 'takes every golden one, and what is written of any other'),
      ],
      [
        'launchd starts it again; a fatal configuration stays down to be noticed',
        e2e('deep/a-service-of-launchd', LIFE_OF_AN_AGENT),
      ],
      [
        '`gateway install` writes `com.zero.gateway.plist` or that of the profile',
        e2e('deep/a-service-of-launchd', LIFE_OF_AN_AGENT),
      ],
      [
        '`doctor` compares it with today and can bring it up to date',
        e2e('deep/a-service-of-launchd', 'is replaced once the old one is gone, or put back'),
      ],
      [
        'The agent that the app installs is stopped and restarted by `gateway stop` and `restart`',
        unit('core/src/service/launchd-plan', 'is started where it is loaded, else loaded; stopped by taking it out'),
        e2e('deep/a-service-of-launchd', LIFE_OF_AN_AGENT),
      ],
    ],
  ],
  [
    'Managing the service',
    [
      [
        '`gateway status`, `install`, `stop`, `restart`, `logs --follow`',
        e2e(WORDS, 'the service commands, where there is no service, and no manager but our own'),
        e2e(SYSTEMD, 'stops, starts and restarts, each twice with the same result'),
      ],
      [
        '`status` asks the gateway where its service says that it is, or `--url`',
        e2e(STATUS, 'finds a gateway that runs on another port than its config says'),
        e2e(STATUS, 'asks what --url names'),
      ],
      [
        '`--deep` looks at the whole system too',
        e2e('deep/adopting-what-the-family-installed', 'is no sibling to be cleaned up'),
        e2e(STATUS, 'lists every other instance with --deep'),
      ],
      ['`--no-probe` leaves the gateway alone', e2e(STATUS, 'does not connect with --no-probe')],
      [
        '`--json` is stable',
        e2e('json-is-as-published', 'is as published, and names every field, on every command that succeeds'),
      ],
      [
        'What the manager says and what the gateway answers are told apart',
        e2e(STATUS, 'is healthy with every rung of the ladder, and keeps its facts apart'),
      ],
      [
        'It prints the config and what it asked',
        e2e(STATUS, 'is healthy with every rung of the ladder, and keeps its facts apart'),
      ],
      [
        'It prints the last error where a service runs and the port is closed',
        e2e(SYSTEMD, 'gives the last error line when the service cannot run'),
      ],
      [
        '`logs` follows the log through the gateway',
        e2e('logs-follow-the-gateway', 'follow what the gateway writes, through a stop and a new start'),
      ],
      [
        'Other services that look like gateways are told, unless they are profiles',
        e2e('deep/adopting-what-the-family-installed', 'is no sibling to be cleaned up'),
      ],
      [
        '`gateway uninstall`, and `doctor` for what is old',
        e2e('deep/uninstall-leaves-a-clean-host', 'has no file, link, process or lingering of it'),
        e2e('deep/doctor-under-systemd', 'moves a gateway from the unit of an older name to its own'),
      ],
      [
        '`install` does nothing where it is installed; `--force` replaces',
        e2e(SYSTEMD, 'does nothing and says so when installed again'),
        e2e(SYSTEMD, 'tells what differs, leaves it alone without --force'),
      ],
    ],
  ],
  [
    'systemd',
    [
      ['A user service by default, on Linux and WSL2', e2e(SYSTEMD, 'installs both over a login session')],
      [
        'A service of the system for servers',
        e2e('a-service-of-the-system-runs-as-its-account', 'runs as the account whose gateway it is'),
      ],
      [
        '`install` writes the unit, and `doctor` brings it up to date',
        e2e('deep/doctor-under-systemd', 'replaces a definition that differs, shows how'),
      ],
      [
        'The unit: Restart=always, after the network, WantedBy=default.target',
        unit('core/src/service/systemd', '$scope: $name is the golden one'),
      ],
      [
        'No token in the unit: an empty one in the guide, none here',
        e2e(SYSTEMD, 'keeps a secret that came from the environment in a file of its own'),
      ],
      [
        'Lingering is switched on, with the line to type where that needs rights',
        e2e(SYSTEMD, 'installs both over a login session: lingering first'),
        e2e('deep/traps-of-systemd-are-explained', 'without polkit it is refused, with the line for root'),
      ],
      ['It comes back after power off and on', e2e(SYSTEMD, 'brings both back after power off and on')],
    ],
  ],
  ['Windows', [['WSL2, and then as on Linux', unit('core/src/readings/wsl', 'what keeps systemd from running in WSL')]]],
  [
    'Looking after it',
    [
      [
        'It lives when `connect` is answered with hello-ok',
        e2e(STATUS, 'is healthy with every rung of the ladder'),
        e2e('gateway-probe-tells-what-is-reachable', 'tells of a gateway that runs how it is'),
      ],
      [
        'It is ready when `health` says ok',
        e2e('gateway-probe-tells-what-is-reachable', 'tells of a gateway that runs how it is'),
        e2e('install-means-that-it-answers', 'a service that is well is left alone'),
      ],
      ['… with a channel that is linked', e2e(CHANNELS, 'brings messages'), e2e(CHANNELS, 'is linked by a code, answers')],
      [
        'Presence shows the gateway and the clients that are connected',
        unit('gateway/src/presence', 'keeps a client that is connected however silent it is'),
      ],
    ],
  ],
  [
    'What is promised',
    [
      [
        'One gateway on a host, or several that share nothing',
        e2e('one-owner-per-state-and-config', 'refuses a second gateway on the same profile'),
        e2e('profiles-audit-finds-what-is-shared', 'finds nothing between profiles as setup makes them'),
      ],
      [
        'Nothing goes around the gateway: where it is down, a send fails at once',
        e2e('exit-codes-mean-something', '3: not running'),
      ],
      [
        'A first frame that is no `connect`, or no JSON, ends the connection',
        e2e(SPEAKS, 'closes the socket on %s before hello, and goes on for others'),
      ],
      [
        '`shutdown` comes before the close, and clients come back',
        e2e('a-gateway-stops-in-good-order', 'says goodbye on %s, closes with 1012'),
      ],
    ],
  ],
  [
    'Commands that help',
    [
      ['`gateway health` and `gateway status` ask over the WebSocket', e2e(WORDS, 'a gateway in the foreground')],
      ['`message send`', e2e(CHANNELS, 'is linked by a code, answers'), e2e(TURN, 'answers on the command line')],
      ['`agent --message`', e2e(TURN, 'answers on the command line')],
      ['`gateway call METHOD --params JSON`', e2e(SERVES, 'answers agent in two stages and send with NOT_LINKED')],
      [
        '`gateway stop` and `restart` act on the service',
        e2e(SYSTEMD, 'stops, starts and restarts, each twice with the same result'),
      ],
      ['None of them starts a gateway by itself', e2e('exit-codes-mean-something', '3: not running')],
    ],
  ],
  [
    'Coming from before',
    [
      ['The TCP control port is gone', e2e(SPEAKS, 'refuses %s with its reason')],
      [
        'Clients speak the protocol with `connect` first',
        e2e(SPEAKS, 'accepts a client that offers a range which includes protocol 3'),
      ],
    ],
  ],
];
