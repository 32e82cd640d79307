import { Problem } from '@polygate/core';
import type { Handler } from '../../command.ts';
import { changeDevice } from '../../jobs/devices.ts';

export const run: Handler = (context, options, [device = '']) => {
  const { out } = options as { out?: string };
  if (out === undefined)
    throw new Problem('OPTION_INVALID', {
      option: '--out',
      value: '',
      expected: 'a file for the token, which is printed nowhere',
    });
  const { host, secrets } = context;
  const file = host.paths.resolve(host.cwd, out);
  return changeDevice(context, options, device, async ({ call, deviceId, role }) => {
    // Made before the old tokens end: a file that cannot be written must not cost the device its access.
    await host.files.write(file, '', 0o600);
    const { token } = (await call('device.token.rotate', { deviceId, role })) as { token: string };
    secrets.add(token);
    await host.files.write(file, `${token}\n`, 0o600);
    return { action: 'rotated', message: `has a new token for the role ${role}, in ${file}; its older ones are void`, file };
  });
};
