/** Keys whose value is a secret, in configs of the family and in the environment sections of them. */
const SECRET =
  /(?:^|[a-z0-9_-])?(?:token|password|passphrase|passwd|secret|api[_-]?key|private[_-]?key|access[_-]?key|signing[_-]?key|auth[_-]?key|credentials?|cookies?)s?$/i;
/** In a section of environment variables a name tells less: rather too many than one too few. */
const SECRET_VARIABLE = /KEY|TOKEN|SECRET|PASS|CRED|AUTH|COOKIE/i;
/** A reference is no secret: `${NAME}` stands for a variable. */
const REFERENCE = /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/;
const WITH_PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^\s/@]*:[^\s/@]+@/i;

/** Where a config holds secrets: the keys on the way to each, list positions as numbers in text. Total. */
export function secretPaths(config: unknown): string[][] {
  const found: string[][] = [];
  const visit = (value: unknown, keys: readonly string[]): void => {
    const key = keys.at(-1) ?? '';
    if (holdsText(value) && (SECRET.test(key) || (keys[0] === 'env' && SECRET_VARIABLE.test(key)))) found.push([...keys]);
    else if (typeof value === 'string') {
      if (WITH_PASSWORD.test(value)) found.push([...keys]);
    } else if (Array.isArray(value)) {
      for (const [i, each] of value.entries()) visit(each, [...keys, String(i)]);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, each] of Object.entries(value)) visit(each, [...keys, name]);
    }
  };
  visit(config, []);
  return found;
}

const holdsText = (value: unknown): boolean =>
  typeof value === 'string' ? value !== '' && !REFERENCE.test(value) : Array.isArray(value) && value.some(holdsText);
