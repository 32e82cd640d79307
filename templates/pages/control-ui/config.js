import { byId, element, say } from './dom.js';
import { isObject, patchBetween, pathsOf } from './patch.js';

/** The config file: shown without its secrets, and changed where you changed it. */
export function configSection(gateway) {
  const text = byId('config-text');
  const said = byId('config-said');
  const issues = byId('config-issues');
  let shown;

  const list = (found) =>
    issues.replaceChildren(
      ...found.map(({ path, message, line }) =>
        element('li', { text: [line === undefined ? '' : `line ${line}:`, path, message].filter(Boolean).join(' ') }),
      ),
    );
  const load = async () => {
    try {
      shown = await gateway.call('config.get');
      text.value = JSON.stringify(shown.config ?? {}, undefined, 2);
      byId('config-file').textContent = `${shown.path}${shown.exists ? '' : ' (is not there yet)'}`;
      say(said, shown.valid ? 'Read. It is valid.' : 'Read. It is not valid.');
      list(shown.issues);
    } catch (failure) {
      say(said, failure.message);
    }
  };
  /** What is to be changed; undefined where that cannot be told, which is said. */
  const changes = () => {
    list([]);
    let edited;
    try {
      edited = JSON.parse(text.value);
    } catch (failure) {
      say(said, `This is no JSON: ${failure.message}`);
      return undefined;
    }
    const patch = patchBetween(shown?.config ?? {}, edited);
    if (isObject(patch)) return patch;
    say(said, patch === undefined ? 'Nothing was changed.' : 'A config is an object.');
    return undefined;
  };
  const save = async () => {
    const patch = changes();
    if (!patch) return;
    try {
      await gateway.call('config.patch', { patch, ...(shown.exists ? { baseHash: shown.hash } : {}) });
      await load();
      say(said, 'Saved.');
    } catch ({ message, details }) {
      const isStale = details?.code === 'CONFIG_CHANGED';
      say(
        said,
        isStale
          ? 'Not saved: the file was changed by somebody else. Read it again; what you wrote is lost then.'
          : `Not saved: ${message}`,
      );
      list(details?.issues ?? []);
    }
  };

  byId('config')
    .querySelector('form')
    .addEventListener('submit', (submit) => {
      submit.preventDefault();
      save();
    });
  byId('config-check').addEventListener('click', () => {
    const patch = changes();
    if (patch)
      say(said, `This would be changed: ${pathsOf(patch).join(', ')}. Whether it is valid, the gateway says when you save.`);
  });
  byId('config-again').addEventListener('click', load);
  let wasRead = false;
  return {
    // What somebody is writing stays when they come back to it.
    show: async () => {
      if (wasRead) return;
      wasRead = true;
      await load();
    },
  };
}
