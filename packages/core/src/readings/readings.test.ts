import { existsSync, readFileSync } from 'node:fs';
import { reading, unless } from '@polygate/testkit';
import { describe, expect, it } from 'vitest';
import { parseDynamicPort, parsePortRange } from './ephemeral-range.ts';
import { parseLsof } from './lsof.ts';
import { parseNetstatWindows } from './netstat-windows.ts';
import { parseProcNetTcp } from './proc-net-tcp.ts';
import { parseProcStat } from './proc-stat.ts';
import { parseSs } from './ss.ts';
import { parseSystemctlShow } from './systemctl-show.ts';
import { parseTasklist } from './tasklist.ts';

describe('parseSystemctlShow', () => {
  it('reads several units, whatever the order of the properties', () => {
    const text = 'MainPID=42\nId=a.service\nActiveState=active\n\nId=b.service\nLoadState=not-found\nMainPID=0\n';
    expect(parseSystemctlShow(text)).toEqual([
      { MainPID: '42', Id: 'a.service', ActiveState: 'active' },
      { Id: 'b.service', LoadState: 'not-found', MainPID: '0' },
    ]);
  });

  it('keeps "=" in values and reads nothing from nothing', () => {
    expect(parseSystemctlShow('Environment=A=1 B=2\n')).toEqual([{ Environment: 'A=1 B=2' }]);
    expect(parseSystemctlShow('')).toEqual([]);
  });
});

describe('parseProcNetTcp', () => {
  it('finds listeners with address, port and inode', () => {
    const text = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 0100007F:4965 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 34567 1 0 100 0 0 10 0',
      '   1: 0100007F:4965 0100007F:D5F0 01 00000000:00000000 00:00000000 00000000  1000        0 34568 1 0 100 0 0 10 0',
    ].join('\n');
    expect(parseProcNetTcp(text)).toEqual([{ address: '127.0.0.1', port: 18789, inode: '34567', uid: 1000 }]);
  });

  it.each([
    ['00000000000000000000000000000000', '::'],
    ['00000000000000000000000001000000', '::1'],
    ['0000000000000000FFFF00000100007F', '127.0.0.1'],
    ['B80D0120000000000000000001000000', '2001:db8:0:0:0:0:0:1'],
  ])('reads the IPv6 address %s', (hex, address) => {
    const line = `   0: ${hex}:0050 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 1 1`;
    expect(parseProcNetTcp(`header\n${line}`)[0]?.address).toBe(address);
  });
});

describe('parseLsof', () => {
  it('reads who listens where', () => {
    expect(parseLsof(reading('lsof', '4.95-listeners'))).toEqual([
      { port: 18789, address: '127.0.0.1', pid: 29685, command: 'node', user: 'root' },
      { port: 18789, address: '::1', pid: 29685, command: 'node', user: 'root' },
      { port: 18790, address: '*', pid: 29722, command: 'node', user: 'nobody' },
    ]);
  });

  it('skips fields that were not asked for, and finds nothing in nothing', () => {
    expect(parseLsof('p1\ncnode\nLana\nf18\ntIPv4\nn*:80\nn*:*\n')).toEqual([
      { port: 80, address: '*', pid: 1, command: 'node', user: 'ana' },
    ]);
    expect(parseLsof('')).toEqual([]);
  });
});

describe('parseProcStat', () => {
  it('copes with parentheses and blanks in the name', () => {
    const fields = Array.from({ length: 40 }, (_, i) => String(i + 7));
    const stat = parseProcStat(`123 (a) b (c) S 1 123 ${['123', ...fields].join(' ')}`);
    expect(stat).toMatchObject({ pid: 123, comm: 'a) b (c', state: 'S', ppid: 1, pgrp: 123, startTicks: '22' });
  });

  const whyNot = existsSync('/proc/self/stat') ? undefined : 'there is no /proc';
  it.skipIf(whyNot !== undefined)(unless(whyNot, 'reads this very process'), () => {
    const stat = parseProcStat(readFileSync('/proc/self/stat', 'utf8'));
    expect(stat).toMatchObject({ pid: process.pid, ppid: process.ppid });
  });

  it('gives nothing for garbage', () => expect(parseProcStat('garbage')).toBeUndefined());
});

describe('the range of outgoing ports', () => {
  it.each([
    ['proc', '6-ip-local-port-range', { first: 32_768, last: 60_999 }],
    ['sysctl', 'portrange-defaults', { first: 49_152, last: 65_535 }],
  ])('is read from %s', (tool, name, range) => expect(parsePortRange(reading(tool, name))).toEqual(range));

  it.each([
    ['dynamicport-defaults', { first: 49_152, last: 65_535 }],
    ['dynamicport-german', { first: 1025, last: 65_535 }],
  ])('is read from netsh: %s', (name, range) => expect(parseDynamicPort(reading('netsh', name))).toEqual(range));

  it.each(['', 'sysctl: unknown oid', '1 2 3', '60999 32768', '1 70000', '0 5', 'a b'])('is unknown from %j', (text) => {
    expect(parsePortRange(text)).toBeUndefined();
    expect(parseDynamicPort(text)).toBeUndefined();
  });
});

describe('parseSs', () => {
  it('finds listeners on every kind of address, and those whose process may not be seen', () => {
    const own = { command: 'node', pid: 4242 };
    expect(parseSs(reading('ss', '6.1.0-listeners')).sort((a, b) => a.port - b.port)).toEqual([
      { port: 2024, address: '0.0.0.0' },
      { port: 28_001, address: '127.0.0.1', ...own },
      { port: 28_002, address: '::1', ...own },
      { port: 28_003, address: '0.0.0.0', ...own },
      { port: 28_004, address: '::', ...own },
      { port: 28_005, address: '*', ...own },
    ]);
  });

  it('leaves the name of an interface out, and what is no listener', () => {
    const text = 'LISTEN 0 4096 127.0.0.53%lo:53 0.0.0.0:*\nESTAB 0 0 127.0.0.1:1 127.0.0.1:2\nnonsense\n';
    expect(parseSs(text)).toEqual([{ port: 53, address: '127.0.0.53' }]);
  });
});

describe('parseNetstatWindows', () => {
  it('finds listeners by their foreign address, in any language', () => {
    expect(parseNetstatWindows(reading('netstat', '10-english'))).toEqual([
      { port: 135, address: '0.0.0.0', pid: 1016 },
      { port: 18_789, address: '127.0.0.1', pid: 4242 },
    ]);
    expect(parseNetstatWindows(reading('netstat', '10-german-v6'))).toEqual([
      { port: 135, address: '::', pid: 1016 },
      { port: 18_789, address: '::1', pid: 4242 },
      { port: 18_791, address: 'fe80::1', pid: 4242 },
    ]);
  });

  it('does without the column of pids', () => {
    expect(parseNetstatWindows('  TCP    127.0.0.1:18789    0.0.0.0:0    LISTENING\r\n')).toEqual([
      { port: 18_789, address: '127.0.0.1' },
    ]);
  });
});

describe('parseTasklist', () => {
  it('gives the image name of each process', () => {
    expect(parseTasklist(reading('tasklist', '10-csv')).get(4242)).toBe('node.exe');
    expect(parseTasklist('INFO: No tasks are running which match the specified criteria.\r\n').size).toBe(0);
  });
});
