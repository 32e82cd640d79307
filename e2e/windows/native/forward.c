// NAME.exe runs NAME.js beside it with C:\\node\\node.exe, and hands its command line on as it stands: so a double that is written
// in JavaScript is found where a program is looked for, whatever environment it is given.
#include <windows.h>
#include <wchar.h>

int wmain(void) {
  static wchar_t script[4096], command[32768];
  GetModuleFileNameW(NULL, script, 4096);
  wchar_t *dot = wcsrchr(script, L'.');
  if (dot) *dot = 0;
  wcscat(script, L".js");
  wchar_t *rest = GetCommandLineW();
  if (*rest == L'"') {
    for (rest++; *rest && *rest != L'"'; rest++);
    if (*rest) rest++;
  } else {
    while (*rest && *rest != L' ' && *rest != L'\t') rest++;
  }
  swprintf(command, 32768, L"\"C:\\node\\node.exe\" \"%ls\"%ls", script, rest);
  STARTUPINFOW start = {sizeof start};
  PROCESS_INFORMATION made;
  start.dwFlags = STARTF_USESTDHANDLES;
  start.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
  start.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
  start.hStdError = GetStdHandle(STD_ERROR_HANDLE);
  if (!CreateProcessW(NULL, command, NULL, NULL, TRUE, 0, NULL, NULL, &start, &made)) return 252;
  WaitForSingleObject(made.hProcess, INFINITE);
  DWORD code;
  GetExitCodeProcess(made.hProcess, &code);
  return (int)code;
}
