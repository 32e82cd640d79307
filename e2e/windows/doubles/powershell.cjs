// The few things that are asked of PowerShell, answered from the system by other means. The script is not understood: it is
// known by what it names. What none of them knows is an error, as for a wrong script.
const { execFileSync } = require('node:child_process');
const args = process.argv.slice(2);
const script = args.slice(args.findIndex((arg) => /^-Command$/i.test(arg)) + 1).join(' ');

if (script.includes('Win32_Process')) {
  const wanted = (process.env.POLYGATE_PIDS ?? '').split(',').filter(Boolean).map(Number);
  const rows = execFileSync('C:\\windows\\system32\\processes.exe', { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t'))
    .map(([pid, ppid, started, path, command]) => [Number(pid), Number(ppid), Number(started), path, command])
    .filter(([pid]) => wanted.length === 0 || wanted.includes(pid));
  for (const [pid, ppid, started, path, command] of rows) {
    console.log(JSON.stringify({ pid, ppid, started, path: path || null, command: command || null }));
  }
} else {
  console.error('the double of PowerShell does not know this script');
  process.exitCode = 1;
}
