/** A browser of the Chromium family, and where it is looked for. */
export interface BrowserCandidate {
  kind: 'chrome' | 'chromium' | 'brave' | 'edge';
  /** A program's name on PATH, or an absolute path. */
  program: string;
}

const on = (kind: BrowserCandidate['kind'], ...programs: string[]): BrowserCandidate[] =>
  programs.map((program) => ({ kind, program }));

/** Where browsers lie, the one to prefer first. `env` names the program folders of Windows. */
export function browserCandidates(platform: string, env: Readonly<Record<string, string | undefined>>): BrowserCandidate[] {
  if (platform === 'darwin') {
    const app = (name: string) => `/Applications/${name}.app/Contents/MacOS/${name}`;
    return [
      ...on('chrome', app('Google Chrome')),
      ...on('chromium', app('Chromium')),
      ...on('brave', app('Brave Browser')),
      ...on('edge', app('Microsoft Edge')),
    ];
  }
  if (platform === 'win32') {
    const folders = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].filter((folder) => folder !== undefined);
    const below = (path: string) => folders.map((folder) => `${folder}\\${path}`);
    return [
      ...on('chrome', ...below('Google\\Chrome\\Application\\chrome.exe')),
      ...on('chromium', ...below('Chromium\\Application\\chrome.exe')),
      ...on('brave', ...below('BraveSoftware\\Brave-Browser\\Application\\brave.exe')),
      ...on('edge', ...below('Microsoft\\Edge\\Application\\msedge.exe')),
    ];
  }
  return [
    ...on('chrome', 'google-chrome', 'google-chrome-stable'),
    ...on('chromium', 'chromium', 'chromium-browser'),
    ...on('brave', 'brave-browser', 'brave'),
    ...on('edge', 'microsoft-edge', 'microsoft-edge-stable'),
  ];
}
