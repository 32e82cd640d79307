import type { Handler } from '../../command.ts';
import { foundScope } from '../../jobs/service-scope.ts';
import { uninstallService } from '../../jobs/uninstall.ts';

export const run: Handler = async (asked, options) => {
  const { context, manager } = await foundScope(asked, options, 'gateway uninstall');
  return uninstallService(context, manager, options.force === true);
};
