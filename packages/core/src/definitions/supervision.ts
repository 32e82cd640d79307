import Type, { type TSchema } from 'typebox';
import { PROBE_KINDS, STOP_SIGNALS } from '../supervise/spec.ts';

const closed = { additionalProperties: false };
const seconds = (description: string, minimum = 0): TSchema =>
  Type.Optional(Type.Number({ minimum, maximum: 86_400, description: `Seconds. ${description}` }));
const count = (description: string): TSchema => Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description }));
const size = (description: string): TSchema =>
  Type.Optional(Type.String({ pattern: '^[0-9]{1,12}[KMG]?$', description: `Bytes, or with K, M or G (1024). ${description}` }));

const probe = (description: string): TSchema =>
  Type.Optional(
    Type.Union(
      [
        Type.Literal(false, { description: 'It is not asked' }),
        Type.Object(
          {
            kind: Type.Optional(
              Type.Enum([...PROBE_KINDS], { description: 'How it is asked. Default: what the product pack says' }),
            ),
            initialDelaySeconds: seconds('Before the first one'),
            periodSeconds: seconds('From one to the next', 0.1),
            timeoutSeconds: seconds('It has to answer within', 0.1),
            successThreshold: count('So many in a row make it good; 1 for startup and liveness'),
            failureThreshold: count('So many in a row make it bad'),
            path: Type.Optional(
              Type.String({ pattern: '^/[!-~]*$', description: 'http: path; ladder: a path that has to answer besides' }),
            ),
            port: Type.Optional(
              Type.Integer({ minimum: 1, maximum: 65535, description: 'tcp, http: another port than the base' }),
            ),
            command: Type.Optional(
              Type.Array(Type.String({ minLength: 1 }), {
                minItems: 1,
                description: 'exec: program and arguments; exit 0 is good',
              }),
            ),
          },
          closed,
        ),
      ],
      { description },
    ),
  );

/** How an instance is kept alive. The same keys in the settings of an instance and, as defaults, in those of the supervisor. */
export const supervision: Record<string, TSchema> = {
  restart: Type.Optional(
    Type.Object(
      {
        policy: Type.Optional(Type.Enum(['always', 'never'], { description: 'Started again when it ends. Default: always' })),
        steadySeconds: seconds('Up for so long (or ready), it is started again at once, and its past failures are forgotten'),
        firstDelaySeconds: seconds('First pause; doubles with each further failure'),
        maxDelaySeconds: seconds('Longest pause'),
        jitter: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: 'Pauses vary by this share' })),
        loopDeaths: count('So many deaths within loopWindowSeconds park it'),
        loopWindowSeconds: seconds('', 1),
        parkedRetrySeconds: seconds('A parked one is tried again this rarely', 1),
      },
      { ...closed, description: 'When it is started again' },
    ),
  ),
  probes: Type.Optional(
    Type.Object(
      {
        startup: probe('Until it succeeds the others are not asked; failing, it is restarted'),
        readiness: probe('Is it of use now? Never restarts anything'),
        liveness: probe('Failing, it is restarted'),
      },
      { ...closed, description: "In the kubelet's sense" },
    ),
  ),
  stop: Type.Optional(
    Type.Object(
      {
        signal: Type.Optional(Type.Enum([...STOP_SIGNALS], { description: 'Asks it to end. Default: SIGTERM' })),
        timeoutSeconds: seconds('Then SIGKILL ends what remains of its process group', 0.1),
      },
      closed,
    ),
  ),
  limits: Type.Optional(
    Type.Object(
      {
        maxMemory: size('Above it, it is restarted in good order'),
        nice: Type.Optional(Type.Integer({ minimum: 0, maximum: 19, description: 'Niceness' })),
        openFiles: Type.Optional(
          // Node itself needs some twenty before it runs anything.
          Type.Integer({ minimum: 32, maximum: 1_048_576, description: 'Files it may have open' }),
        ),
      },
      closed,
    ),
  ),
  logs: Type.Optional(
    Type.Object(
      {
        maxSize: size('The console log is turned over above it; 0: never'),
        keep: Type.Optional(Type.Integer({ minimum: 0, maximum: 100, description: 'Older ones that are kept' })),
      },
      closed,
    ),
  ),
};
