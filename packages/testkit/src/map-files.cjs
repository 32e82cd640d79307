// For preloads that make a program believe that it is on another system: every path that it hands to `fs` goes through `here`,
// and every path that it gets back through `given`.
const fs = require('node:fs');

const ONE =
  'access appendFile chmod chown createReadStream createWriteStream exists lstat mkdir mkdtemp open opendir readFile readdir readlink realpath rm rmdir stat statfs truncate unlink unwatchFile utimes watch watchFile writeFile';
const TWO = 'copyFile cp link rename symlink';
/** What they give is a path. */
const GIVE = new Set(['mkdtemp', 'readlink', 'realpath']);

exports.mapFiles = (here, given = (file) => file) => {
  for (const [names, count] of [
    [ONE, 1],
    [TWO, 2],
  ]) {
    for (const name of names.split(' ')) {
      const back = GIVE.has(name) ? given : (value) => value;
      const how = { count, here, back };
      for (const each of [name, `${name}Sync`])
        if (typeof fs[each] === 'function') fs[each] = mapped(fs[each], { ...how, calledBack: each === name });
      if (typeof fs.promises[name] === 'function') fs.promises[name] = mapped(fs.promises[name], how);
    }
  }
};

/** Node's own loader keeps what it found under a symbol among the options, and goes on with the paths of this machine. */
const isLoaders = ([, options]) =>
  typeof options === 'object' && options !== null && Object.getOwnPropertySymbols(options).length > 0;

function mapped(real, how) {
  const { count, here, back, calledBack } = how;
  const call = function (...args) {
    if (isLoaders(args)) return real.apply(this, args);
    const there = args.map((arg, i) => (i < count && typeof arg === 'string' ? here(arg) : arg));
    const done = there.at(-1);
    if (calledBack && typeof done === 'function')
      there[there.length - 1] = (error, value) =>
        error ? done(error) : done(null, typeof value === 'string' ? back(value) : value);
    const answer = real.apply(this, there);
    if (answer instanceof Promise) return answer.then((value) => (typeof value === 'string' ? back(value) : value));
    return typeof answer === 'string' ? back(answer) : answer;
  };
  return Object.assign(call, real, real.native ? { native: mapped(real.native, how) } : {});
}
