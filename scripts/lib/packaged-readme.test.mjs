import { expect, it } from 'vitest';
import { packagedReadme } from './packaged-readme.mjs';

it('keeps only links that lead somewhere from inside the package', () => {
  const markdown = 'See [the docs](docs/README.md), [below](#below), [Node](https://nodejs.org) and [MIT](LICENSE).';
  expect(packagedReadme(markdown, ['LICENSE'])).toBe(
    'See the docs, [below](#below), [Node](https://nodejs.org) and [MIT](LICENSE).',
  );
});
