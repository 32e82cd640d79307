import type { Handler } from '../../command.ts';
import { findRequest, labelOf, nodeChange } from '../../jobs/nodes.ts';

export const run: Handler = async (context, options, [given]) => {
  const { call, request } = await findRequest(context, options, given);
  const { host, secrets } = context;
  const { out } = options as { out?: string };
  const file = out === undefined ? undefined : host.paths.resolve(host.cwd, out);
  // Made first: the token is told once, and a file that cannot be written would lose it.
  if (file !== undefined) await host.files.write(file, '', 0o600);
  const { requestId, nodeId } = request;
  const { node } = (await call('node.pair.approve', { requestId })) as { node: { token?: string } };
  if (node.token !== undefined) secrets.add(node.token);
  const name = labelOf(request);
  if (file === undefined || node.token === undefined)
    return nodeChange({ action: 'approved', nodeId, requestId, message: `${name} is paired` });
  await host.files.write(file, `${node.token}\n`, 0o600);
  return nodeChange({ action: 'approved', nodeId, requestId, file, message: `${name} is paired; its token is in ${file}` });
};
