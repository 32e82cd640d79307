import type { ProductPack } from '../gen/product-pack.gen.ts';
import { DEFAULT_PROFILE, type ProfileName, sameProfile } from '../profile/name.ts';

interface PerProfile {
  default: string;
  profile: string;
}

/** A name or path of the pack for one profile: the plain one for `default`, else the template with the name filled in. */
export function forProfile(template: PerProfile, profile: ProfileName): string {
  return profile === DEFAULT_PROFILE ? template.default : template.profile.replaceAll('{profile}', profile);
}

/**
 * The profile whose name fills the template to give exactly `text`; undefined when none does.
 * Inverse of forProfile for every valid name (the caller parses the name): «default» never fills the template.
 */
export function profileIn(template: PerProfile, text: string): string | undefined {
  if (text === template.default) return DEFAULT_PROFILE;
  const [before = '', after = ''] = template.profile.split('{profile}');
  if (text.length <= before.length + after.length || !text.startsWith(before) || !text.endsWith(after)) return undefined;
  const name = text.slice(before.length, text.length - after.length);
  return sameProfile(name, DEFAULT_PROFILE) ? undefined : name;
}

/** Full names of the variables that hold one setting of the product, the first one set wins. */
export function variableNames(pack: ProductPack, suffix: string): string[] {
  return pack.env.names?.[suffix] ?? [pack.env.prefix + suffix];
}

/** The browser profile that the product has without being told, and starts on the first CDP port. */
export const ownBrowserProfile = ({ id, browserProfile }: ProductPack): string => browserProfile ?? id;

/** The name that Polygate itself writes for a setting. */
export function variableName(pack: ProductPack, suffix: string): string {
  return variableNames(pack, suffix)[0] ?? pack.env.prefix + suffix;
}
