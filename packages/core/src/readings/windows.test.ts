import { describe, expect, it } from 'vitest';
import { explainHresult, explainWin32, hresultFailure, hresultsOf, unsigned, win32Failure } from './hresult.ts';
import { explainTaskResult, parseTaskStates, TASK_QUERY, taskStateFromXml, taskView } from './task-state.ts';
import { parseWhoami } from './whoami.ts';
import { parseWinswStatus } from './winsw-status.ts';

const XML = `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <Triggers><LogonTrigger><UserId>PC\\ana</UserId></LogonTrigger></Triggers>
  <Actions><Exec><Command>C:\\x.cmd</Command></Exec></Actions>
</Task>`;

describe('numbers of Windows', () => {
  it.each([
    [0x80070005, 'denied'],
    [-2147024891, 'denied'],
    [0x80070002, 'missing'],
    [0x800700b7, 'exists'],
    [0x80041316, 'bad-xml'],
    [0x80041317, 'bad-xml'],
    [0x80041318, 'bad-xml'],
    [0x80041319, 'bad-xml'],
    [0x8004131a, 'bad-xml'],
    [0x800710e0, 'denied'],
    [1, 'other'],
    [0x80004005, 'other'],
  ] as const)('0x%s as an HRESULT is %s', (code, is) => expect(hresultFailure(code)).toBe(is));

  it('tells each in words of its own, with the number to look up', () => {
    expect(explainHresult(-2147024891)).toBe('access is denied (0x80070005)');
    expect(explainHresult(0x80004005)).toBe('0x80004005');
    expect(explainHresult(1)).toBeUndefined();
    expect(explainWin32(1069)).toContain('has no password yet');
    expect(explainWin32(7)).toBeUndefined();
    expect([1060, 1062, 1073, 5].map(win32Failure)).toEqual(['missing', 'not-running', 'exists', 'denied']);
    expect(hresultsOf('bad-xml')).toContain(0x8004131a);
    expect(unsigned(-1)).toBe(4294967295);
  });
});

describe('what the Task Scheduler says', () => {
  it('is asked without a quote, and without the name in the script', () => {
    expect(TASK_QUERY).not.toContain('"');
    expect(TASK_QUERY).toContain('$env:POLYGATE_TASKS');
  });

  it('is known by its numbers', () => {
    const states = parseTaskStates(
      JSON.stringify([
        { name: 'ZERO Gateway', state: 4, enabled: true, lastResult: 267009, xml: XML },
        { name: 'ZERO Gateway (gone)', error: -2147024894 },
        { name: 'ZERO Gateway (other)', error: -2147024891 },
      ]),
    );
    expect([...(states ?? [])].map(([name, state]) => [name, state?.state])).toEqual([
      ['ZERO Gateway', 4],
      ['ZERO Gateway (gone)', undefined],
    ]);
  });

  it.each(['', 'Zugriff verweigert', '{}', '\ufeff', 'null'])('says nothing in %j', (stdout) => {
    expect(parseTaskStates(stdout)).toBeUndefined();
  });

  it.each([
    [4, 267009, 'running', undefined],
    [3, 0, 'stopped', 0],
    [3, 267011, 'stopped', undefined],
    [3, 267014, 'stopped', undefined],
    [3, 78, 'failed', 78],
    [3, 4294967295, 'failed', 4294967295],
    [3, 0xc000013a, 'failed', undefined],
    [3, 0x800710e0, 'failed', undefined],
    [2, 267011, 'starting', undefined],
    [1, 267010, 'stopped', undefined],
    [0, 0, 'unknown', 0],
    [9, 0, 'unknown', 0],
  ] as const)('state %i with the last result %i is %s', (state, lastResult, is, status) => {
    const view = taskView({ state, enabled: state !== 1, lastResult, xml: XML });
    expect([view.state, view.lastExitStatus, view.enabled]).toEqual([is, status, state !== 1]);
  });

  it('does not take a task without a trigger for one that starts by itself', () => {
    const xml = XML.replace(/<Triggers>.*<\/Triggers>/, '<Triggers />');
    expect(taskView({ state: 3, enabled: true, lastResult: 0, xml }).enabled).toBe(false);
  });

  it('is told by the XML alone where nothing else answers', () => {
    expect(taskStateFromXml(XML)).toMatchObject({ state: undefined, enabled: true });
    expect(taskStateFromXml('ERREUR : Le fichier spécifié est introuvable.')).toBeUndefined();
    expect(taskStateFromXml('')).toBeUndefined();
  });

  it('has a word for each number of its own', () => {
    expect([267008, 267009, 267010, 267011, 267014].map(explainTaskResult)).not.toContain(undefined);
    expect(explainTaskResult(78)).toBeUndefined();
  });
});

describe('WinSW and whoami', () => {
  it.each([
    ['Started\r\n', 'running'],
    ['2026-01-30 09:00:00,000 INFO  - x\r\nStopped\r\n', 'stopped'],
    ['NonExistent', 'missing'],
    ['', undefined],
    ['Gestartet', undefined],
  ])('the status %j is %s', (stdout, is) => expect(parseWinswStatus(stdout)).toBe(is));

  it('an account is known by its number', () => {
    expect(parseWhoami('"pc\\ana","S-1-5-21-1-2-3-1001"\r\n')).toEqual({ name: 'pc\\ana', sid: 'S-1-5-21-1-2-3-1001' });
    expect(parseWhoami('')).toBeUndefined();
  });
});
