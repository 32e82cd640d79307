const MASK = '***';
// What names a secret and is followed by it: --token VALUE, TOKEN=VALUE, "token": "VALUE". Prose ("token mismatch",
// "auth.token: must be string") is left alone. Bounded repeats keep it linear: the text is untrusted.
const NAME = '[\\w.-]{0,64}(?:token|password|secret|api[_-]?key)';
const NAMED = [
  new RegExp(`(--${NAME}[ =])([^\\s"',;]{4,})`, 'gi'),
  new RegExp(`(\\b${NAME}=["']?)([^\\s"',;&}]{4,})`, 'gi'),
  new RegExp(`(["']${NAME}["']\\s{0,4}:\\s{0,4}["'])([^"']{4,})`, 'gi'),
];
const IN_URL = /([a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@]{0,256}:)[^\s/@]{1,512}@/gi;

/**
 * Text with every known secret, and everything that looks like one beside its name or in a URL, masked.
 * Applied to each error and log line that leaves the process.
 */
export function redact(text: string, secrets: Iterable<string> = []): string {
  let out = text;
  for (const secret of secrets) if (secret.length >= 4) out = out.replaceAll(secret, MASK);
  for (const pattern of NAMED) out = out.replace(pattern, (_, name: string) => name + MASK);
  return out.replace(IN_URL, `$1${MASK}@`);
}
