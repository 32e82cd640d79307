/**
 * README.md as the package shows it: a link to a file that is not in the package becomes its words. Anchors and addresses
 * stay, and so do links to what `packed` names.
 */
export function packagedReadme(markdown, packed) {
  return markdown.replaceAll(/\[([^\]]+)\]\(([^)\s]+)\)/g, (link, words, target) =>
    /^(#|[a-z]+:)/.test(target) || packed.includes(target) ? link : words,
  );
}
