// Runs inside the box, as whoever's systemd is asked: writes units, has systemd start each once, and tells on stdout what
// systemd made of them, byte for byte (base64). stdin: { unitDir, systemctl, files, directories, links, units, out }.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const { unitDir, systemctl, files, directories, links, units, out } = JSON.parse(readFileSync(0, 'utf8'));
const [program, ...scope] = systemctl;
const ask = (...args) => execFileSync(program, [...scope, ...args], { maxBuffer: 2 ** 27, stdio: ['ignore', 'pipe', 'pipe'] });

for (const directory of [unitDir, out, ...directories]) mkdirSync(directory, { recursive: true });
for (const [at, to] of links) {
  mkdirSync(path.dirname(at), { recursive: true });
  symlinkSync(to, at);
}
for (const [file, content] of files) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}
ask('daemon-reload');
// One that ends before systemd has looked makes its start a failed one, dump or not: what counts is the dump.
spawnSync(program, [...scope, 'start', ...units], { stdio: 'ignore' });
const missing = () => units.filter((unit) => !existsSync(path.join(out, `${unit}.done`)));
const end = Date.now() + 10_000;
while (missing().some((unit) => /^ActiveState=acti/m.test(ask('show', unit))) && Date.now() < end) await delay(20);
const journal =
  missing().length > 0
    ? execFileSync('journalctl', ['--no-pager', '-o', 'cat', ...scope.filter((s) => s === '--user')], {
        maxBuffer: 2 ** 27,
      }).toString()
    : '';
const refused = missing().map((unit) => [
  unit,
  journal
    .split('\n')
    .filter((line) => line.includes(unit))
    .slice(0, 3),
]);

const base64 = (file) => (existsSync(file) ? readFileSync(file).toString('base64') : null);
const told = units.map((unit) => {
  const [argv, environ, cwd] = ['argv', 'environ', 'cwd'].map((what) => base64(path.join(out, `${unit}.${what}`)));
  const shown = ask('show', unit, '-p', 'Description').toString('base64');
  return { unit, argv, environ, cwd, shown };
});
process.stdout.write(JSON.stringify({ refused, told }));

for (const unit of units) rmSync(path.join(unitDir, unit));
ask('daemon-reload');
