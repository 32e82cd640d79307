// What icacls.exe is asked for, written down: Wine keeps no access lists. ICACLS_FAILS in the environment lets it fail.
const fs = require('node:fs');
const path = require('node:path');
const [target, ...rest] = process.argv.slice(2);
const log = path.join(process.env.LOCALAPPDATA ?? 'C:\\windows\\temp', 'icacls.log');
fs.appendFileSync(log, `${JSON.stringify([target, ...rest])}\n`);
if (process.env.ICACLS_FAILS !== undefined || !fs.existsSync(target)) {
  console.error(`${target}: Zugriff verweigert`);
  process.exitCode = 5;
} else {
  console.log(`processed file: ${target}`);
}
