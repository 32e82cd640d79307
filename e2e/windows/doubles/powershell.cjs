// The few things that are asked of PowerShell, answered from the system by other means. The script is not understood: it is
// known by what it names. What none of them knows is an error, as for a wrong script.
const { execFileSync } = require('node:child_process');
const args = process.argv.slice(2);
const script = args.slice(args.findIndex((arg) => /^-Command$/i.test(arg)) + 1).join(' ');

if (script.includes('Win32_Process')) {
  const wanted = (process.env.POLYGATE_PIDS ?? '').split(',').filter(Boolean);
  const lines = execFileSync('C:\\windows\\system32\\processes.exe', { encoding: 'utf8' }).split('\n').filter(Boolean);
  for (const line of lines) {
    const [pid, ppid, started, , command] = line.split('\t');
    if (!wanted.includes(pid) && !wanted.includes(ppid)) continue;
    const ticks = 621_355_968_000_000_000n + BigInt(started) * 10_000n;
    console.log([pid, ppid, ticks, command.trim().replace(/\s+/g, ' ')].join('\t'));
  }
} else {
  console.error('the double of PowerShell does not know this script');
  process.exitCode = 1;
}
