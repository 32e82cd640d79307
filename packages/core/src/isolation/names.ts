import type { AuditInput, Finding } from './facts.ts';
import { listed } from './group.ts';

/** Set-ups that go by one name, the case of letters aside: they get one service, and one file of settings. */
export function sharedNames({ instances }: AuditInput): Finding[] {
  const names = [...new Set(instances.map(({ name }) => name.toLowerCase()))];
  return names.flatMap((name): Finding[] => {
    const namesakes = instances.filter((instance) => instance.name.toLowerCase() === name);
    if (namesakes.length < 2) return [];
    const ids = namesakes.map(({ id }) => id).sort();
    return [
      {
        id: `shared-name:${ids.join('+')}`,
        code: 'shared-name',
        severity: 'error',
        instances: ids,
        message: `${listed(ids)} go by one name: ${name}`,
        hint: 'give one of them another name: its service and its settings are those of the other',
      },
    ];
  });
}
