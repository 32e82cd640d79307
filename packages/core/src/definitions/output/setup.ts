import type { TSchema } from 'typebox';
import { BIND_MODES } from '../../instance/access.ts';
import { SCHEMA_VERSION } from '../../schema-version.ts';
import { document, either, exactly, type Fields, flag, list, oneOf, port, ref, shape, text } from './shape.ts';
import { done } from './simple.ts';

const setup: Fields = {
  result: oneOf(['created', 'completed', 'unchanged'], '`completed`: an existing config got what it lacked'),
  instance: ref('InstanceDocument'),
  changes: list(text(), 'Files and keys that were written'),
};

/** What setup and onboard print. */
export const setupShapes: Record<string, TSchema> = {
  SetupDocument: document({ ...done, ...setup }),
  OnboardDocument: document(
    {
      ok: flag('false: the profile is there, the service that was asked for is not'),
      schemaVersion: exactly(SCHEMA_VERSION),
      ...setup,
      'error?': ref('Failure', 'Why there is no service; the exit code is that of this error'),
      'daemon?': either(
        [ref('ServiceChangeDocument'), ref('FailureDocument')],
        'Where a service was asked for: what `gateway install` answers',
      ),
      mode: exactly('local'),
      workspace: text(),
      authChoice: text(),
      gateway: ref('OnboardedGateway'),
      installDaemon: flag(),
      daemonRuntime: text(),
      skipSkills: flag(),
      skipHealth: flag(),
    },
    "`setup`, with what the family's own `onboard` answers (`mode` and after)",
  ),
  OnboardedGateway: shape({
    port: port(),
    bind: oneOf(BIND_MODES),
    authMode: oneOf(['token', 'password']),
    tailscaleMode: exactly('off'),
  }),
};
