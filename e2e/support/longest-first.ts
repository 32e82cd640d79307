import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/**
 * Stories that take longest, the longest first. A clean clone knows no times, and vitest would begin with the largest files: one
 * of these that comes last keeps a whole run waiting for it alone.
 */
const LONGEST = [
  'the-docs-show-what-commands-print',
  'a-service-of-the-system-runs-as-its-account',
  'json-is-as-published',
  'one-supervisor-as-a-service',
  'a-guarded-gateway-under-systemd',
  'install-means-that-it-answers',
  'logs-of-several-instances',
  'two-services-under-systemd',
  'any-program-can-be-the-gateway',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(`/e2e/${name}.test.ts`));
      return at === -1 ? LONGEST.length : at;
    };
    // Stable: the others stay in vitest's own order.
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
