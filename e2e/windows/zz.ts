import { runWindows } from './support/windows.ts';

const env = {
  SystemRoot: 'C:\\windows',
  ComSpec: 'C:\\windows\\system32\\cmd.exe',
  PATHEXT: '.COM;.EXE;.BAT;.CMD',
  PATH: 'C:\\node;C:\\Users\\Public\\npm;C:\\windows\\system32;C:\\windows',
  TEMP: 'C:\\tmp x',
  USERPROFILE: 'C:\\users\\Public',
};
const n = 'C:\\node\\node.exe';
console.log(
  await runWindows(
    [
      n,
      '-e',
      `const t=Date.now();const s=require('net').connect('\\\\\\\\.\\\\pipe\\\\nothing-here');s.on('error',e=>console.log(e.code,Date.now()-t));setTimeout(()=>{console.log('timeout');process.exit()},4000).unref();
try{console.log(require('fs').readdirSync('\\\\\\\\.\\\\pipe\\\\'))}catch(e){console.log(e.message)}
try{console.log(require('fs').statSync('\\\\\\\\.\\\\pipe\\\\nothing-here'))}catch(e){console.log(e.message)}
`,
    ],
    { env },
  ),
);
console.log(await runWindows('C:\\windows\\system32\\cmd.exe /d /s /c "zero --version"', { env }));
console.log(await runWindows('C:\\windows\\system32\\cmd.exe /d /s /c "C:\\Users\\Public\\npm\\zero.cmd --version"', { env }));
console.log(await runWindows('C:\\windows\\system32\\cmd.exe /d /s /c "echo hi"', { env }));
console.log(
  await runWindows(
    [n, '-e', `console.log(require('child_process').spawnSync('zero',['--version'],{shell:true,encoding:'utf8'}))`],
    { env },
  ),
);
