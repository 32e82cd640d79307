import type { Issue } from '../errors/catalogue.ts';
import type { ProductPack } from '../gen/product-pack.gen.ts';
import { validateProductPack } from '../gen/product-pack.validator.gen.ts';
import { highestBase } from '../ports/port.ts';
import { isProfileName } from '../profile/name.ts';
import { schemaIssues } from '../schema-issues.ts';
import { probeIssues } from '../supervise/probe-issues.ts';

/**
 * Everything that is wrong with the content of a product pack; empty for one that can be used. A pack decides about paths,
 * names of services and environment variables: it may name nothing outside the home directory and nobody else's variable.
 */
export function packIssues(value: unknown): Issue[] {
  if (!validateProductPack(value)) return schemaIssues(validateProductPack.errors ?? []);
  const pack = value as ProductPack;
  return [
    ...variableIssues(pack),
    ...pathIssues(pack),
    ...templateIssues(pack),
    ...portIssues(pack),
    ...probeIssues(pack.supervise?.probes, 'supervise.probes'),
  ];
}

/** Polygate writes these variables into definitions: PATH or LD_PRELOAD must not be among them. */
function variableIssues({ env }: ProductPack): Issue[] {
  return Object.entries(env.names ?? {}).flatMap(([suffix, names]) =>
    names
      .filter((name) => !name.endsWith(`_${suffix}`))
      .map((name) => ({ path: `env.names.${suffix}`, message: `${name} does not end in _${suffix}` })),
  );
}

/** Each part of a path is a name: neither empty nor "." (the schema has refused ".."). */
function pathIssues({ stateDir, workspace }: ProductPack): Issue[] {
  return Object.entries({ stateDir, workspace }).flatMap(([key, { default: plain, profile }]) =>
    Object.entries({ default: plain, profile }).flatMap(([which, path]) =>
      path.split('/').some((part) => part === '' || part === '.')
        ? [{ path: `${key}.${which}`, message: 'has a part that is empty or "."' }]
        : [],
    ),
  );
}

/**
 * A template holds {profile} once, so that the name can be read out again, and no profile may get what the default one has.
 * launchd labels of the family do that, hence their reserved names.
 */
function templateIssues({ stateDir, workspace, service }: ProductPack): Issue[] {
  const { systemd, windows, launchd } = service;
  const templates = { stateDir, workspace, 'service.systemd': systemd, 'service.windows': windows, 'service.launchd': launchd };
  return Object.entries(templates).flatMap(([key, { default: plain, profile }]) => {
    const path = `${key}.profile`;
    const pieces = profile.split('{profile}');
    if (pieces.length !== 2 || /[{}]/.test(pieces.join('')))
      return [{ path, message: 'must contain {profile} once, and no other brace' }];
    const name = filling(profile, plain);
    const reserved = key === 'service.launchd' ? (launchd.reserved ?? []) : [];
    return name === undefined || reserved.includes(name) ? [] : [{ path, message: `gives the profile ${name} what default has` }];
  });
}

/** The profile name that makes the template this text. */
function filling(template: string, text: string): string | undefined {
  const [before = '', after = ''] = template.toLowerCase().split('{profile}');
  const plain = text.toLowerCase();
  if (!plain.startsWith(before) || !plain.endsWith(after) || plain.length <= before.length + after.length) return undefined;
  const name = plain.slice(before.length, plain.length - after.length);
  return isProfileName(name) ? name : undefined;
}

function portIssues(pack: ProductPack): Issue[] {
  const { base, dev, cdp } = pack.ports;
  const highest = highestBase(pack);
  const tooHigh = Object.entries({ base, dev }).filter(([, port]) => port > highest);
  return [
    ...(cdp.first > cdp.last ? [{ path: 'ports.cdp', message: 'ends before it begins' }] : []),
    ...tooHigh.map(([key]) => ({ path: `ports.${key}`, message: `must be at most ${highest}: other ports follow it` })),
  ];
}
