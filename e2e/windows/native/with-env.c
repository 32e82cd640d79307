// with-env.exe SPEC: runs a program as a Windows process would run it: a command line that nobody quotes again, an environment
// of exactly these variables, a working directory. Wine gives a program that Linux starts variables of its own, and takes PATH
// and TEMP from nobody.
// SPEC is UTF-16LE: directory NUL command line NUL variables, each ended by NUL, and one more NUL.
// SPEC.pid gets the process id, SPEC.code the exit code whole (Linux sees it modulo 256).
#include <windows.h>
#include <stdio.h>
#include <wchar.h>

static void tell(const wchar_t *spec, const wchar_t *ending, DWORD number) {
  wchar_t path[4096], temporary[4096];
  swprintf(path, 4096, L"%ls.%ls", spec, ending);
  swprintf(temporary, 4096, L"%ls.%ls.part", spec, ending);
  FILE *file = _wfopen(temporary, L"wb");
  if (!file) return;
  fprintf(file, "%lu", number);
  fclose(file);
  MoveFileExW(temporary, path, MOVEFILE_REPLACE_EXISTING);
}

int wmain(int argc, wchar_t **argv) {
  static wchar_t text[1 << 17];
  FILE *file = argc > 1 ? _wfopen(argv[1], L"rb") : NULL;
  if (!file) return 251;
  fread(text, sizeof(wchar_t), (1 << 17) - 2, file);
  fclose(file);
  wchar_t *command = text + wcslen(text) + 1, *environment = command + wcslen(command) + 1;
  STARTUPINFOW start = {sizeof start};
  PROCESS_INFORMATION made;
  start.dwFlags = STARTF_USESTDHANDLES;
  start.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
  start.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
  start.hStdError = GetStdHandle(STD_ERROR_HANDLE);
  if (!CreateProcessW(NULL, command, NULL, NULL, TRUE, CREATE_UNICODE_ENVIRONMENT, environment, text, &start, &made)) {
    fprintf(stderr, "with-env: CreateProcess failed with %lu: %ls\n", GetLastError(), command);
    return 252;
  }
  tell(argv[1], L"pid", made.dwProcessId);
  WaitForSingleObject(made.hProcess, INFINITE);
  DWORD code;
  GetExitCodeProcess(made.hProcess, &code);
  tell(argv[1], L"code", code);
  return (int)code;
}
