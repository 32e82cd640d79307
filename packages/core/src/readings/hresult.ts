/** What became of a call of Windows, told by its number alone: its words are in the language of the system. */
export type WindowsFailure =
  | 'denied'
  | 'missing'
  | 'exists'
  /** The XML is at fault, whoever asks: no other way of registering it would help. */
  | 'bad-xml'
  | 'running'
  | 'not-running'
  | 'disabled'
  | 'no-scheduler'
  | 'no-account'
  | 'logon'
  | 'other';

/** HRESULTs of the Task Scheduler and of the calls below it (winerror.h, MS-TSCH 2.3). */
const HRESULTS: Readonly<Record<number, readonly [WindowsFailure, string]>> = {
  2147750665: ['missing', 'there is no such trigger'],
  2147750667: ['not-running', 'it does not run'],
  2147750672: ['no-account', 'no account of this name is known here'],
  2147750677: ['no-scheduler', 'the Task Scheduler does not run'],
  2147750678: ['bad-xml', 'the XML of the task has an element that was not expected'],
  2147750679: ['bad-xml', 'the XML of the task has another namespace than it should'],
  2147750680: ['bad-xml', 'a value in the XML of the task is not valid'],
  2147750681: ['bad-xml', 'the XML of the task lacks an element'],
  2147750682: ['bad-xml', 'the XML of the task is malformed'],
  2147750687: ['running', 'it runs already'],
  2147750694: ['disabled', 'the task is disabled'],
  2147942402: ['missing', 'there is no such task or file'],
  2147942403: ['missing', 'there is no such path'],
  2147942405: ['denied', 'access is denied'],
  2147942487: ['bad-xml', 'a value is not valid'],
  2147942583: ['exists', 'it exists already'],
  2147943458: ['no-scheduler', 'the service of the Task Scheduler is disabled'],
  2147943460: ['no-scheduler', 'the service of the Task Scheduler does not exist'],
  2147943462: ['not-running', 'it does not run'],
  2147943726: ['logon', 'the name of the account or its password is wrong'],
  2147943732: ['no-account', 'no account of this name is known here'],
  2147944122: ['no-scheduler', 'the Task Scheduler does not answer'],
  2147946720: ['denied', 'the operator or an administrator has refused the request'],
};

/** Exit statuses of programs that give the error number of Windows itself (`sc`, `net`). */
const WIN32: Readonly<Record<number, readonly [WindowsFailure, string]>> = {
  5: ['denied', 'access is denied'],
  1053: ['other', 'the service did not answer the start in time'],
  1056: ['running', 'it runs already'],
  1057: ['no-account', 'no account of this name is known here'],
  1058: ['disabled', 'the service is disabled'],
  1060: ['missing', 'there is no such service'],
  1062: ['not-running', 'it does not run'],
  1069: ['logon', 'the account of the service could not log on: it has no password yet, or another one'],
  1072: ['exists', 'the service is marked for deletion: close what shows it (services.msc), then try again'],
  1073: ['exists', 'the service exists already'],
};

/** As an unsigned number, as winerror.h writes it: 0x80070005. Node gives either sign. */
export const unsigned = (code: number): number => code >>> 0;

/** What an exit status means that is an HRESULT (`schtasks /HRESULT`). A plain 1 tells nothing. */
export const hresultFailure = (code: number): WindowsFailure => HRESULTS[unsigned(code)]?.[0] ?? 'other';

/** In words that are ours; undefined for a number that is not in the table. */
export function explainHresult(code: number): string | undefined {
  const known = HRESULTS[unsigned(code)];
  if (known) return `${known[1]} (${hex(code)})`;
  return unsigned(code) >= 0x8000_0000 ? hex(code) : undefined;
}

/** The same for a program that gives error numbers of Windows. */
export const win32Failure = (code: number): WindowsFailure => WIN32[code]?.[0] ?? 'other';
export const explainWin32 = (code: number): string | undefined => WIN32[code] && `${WIN32[code]?.[1]} (error ${code})`;

const hex = (code: number) => `0x${unsigned(code).toString(16).toUpperCase().padStart(8, '0')}`;

/** Every HRESULT of one kind. */
export const hresultsOf = (kind: WindowsFailure): number[] =>
  Object.entries(HRESULTS).flatMap(([code, [is]]) => (is === kind ? [Number(code)] : []));
