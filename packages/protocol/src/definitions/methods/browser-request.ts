import { anything, type MethodDefinition, mapOf, openShape, shape, short, wait } from '../shape.ts';

export const browserRequest: MethodDefinition = {
  name: 'browser.request',
  summary: 'Asks about browsers, or has one do something: what the browser control server answers, without its port.',
  scope: 'operator.write',
  params: shape({
    method: short('GET, POST or DELETE'),
    path: short('`/`, `/start`, `/stop`, `/tabs`, `/tabs/open`, `/navigate`, `/screenshot` …'),
    'query?': mapOf(anything(), '`profile`: which browser profile'),
    'body?': anything('What is posted there'),
    'timeoutMs?': wait('For the answer; what is under way goes on'),
  }),
  result: openShape({}),
};
