// What Wine 8 has as an empty stub, or without what matters, answered by the system all the same, in the form of Windows 10:
// netstat -ano (with pids), tasklist /FO CSV /NH, taskkill /F [/T] /PID, and processes.exe, which is what the double of
// PowerShell asks for Win32_Process: one line a process, tab between pid, parent, start in ms since 1970, path, command line.
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>
#include <iphlpapi.h>
#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <tlhelp32.h>
#include <wchar.h>
#include <winternl.h>

typedef struct {
  PVOID object;
  ULONG_PTR pid, handle;
  ULONG access;
  USHORT trace, type;
  ULONG attributes, reserved;
} Handle;

static DWORD owners[65536];

// Wine 8 names no owner of a socket: whoever has a handle on one that listens is. One look at the handles of all processes,
// and only at those of the kind that a socket is.
static void findOwners(void) {
  ULONG size = 1 << 24, got;
  ULONG_PTR *table = malloc(size);
  SOCKET sample = socket(AF_INET, SOCK_STREAM, 0);
  if (NtQuerySystemInformation(64 /* SystemExtendedHandleInformation */, table, size, &got)) return;
  Handle *all = (Handle *)(table + 2);
  USHORT kind = 0;
  for (ULONG_PTR i = 0; i < table[0]; i++)
    if (all[i].pid == GetCurrentProcessId() && all[i].handle == (ULONG_PTR)sample) kind = all[i].type;
  HANDLE process = NULL;
  ULONG_PTR opened = 0;
  for (ULONG_PTR i = 0; i < table[0]; i++) {
    HANDLE own;
    if (all[i].type != kind || all[i].pid == GetCurrentProcessId()) continue;
    if (all[i].pid != opened) {
      if (process) CloseHandle(process);
      process = OpenProcess(PROCESS_DUP_HANDLE, FALSE, (DWORD)all[i].pid), opened = all[i].pid;
    }
    if (!process || !DuplicateHandle(process, (HANDLE)all[i].handle, GetCurrentProcess(), &own, 0, FALSE, DUPLICATE_SAME_ACCESS)) continue;
    struct sockaddr_storage name, peer;
    int length = sizeof name, peerLength = sizeof peer;
    if (!getsockname((SOCKET)own, (struct sockaddr *)&name, &length) && getpeername((SOCKET)own, (struct sockaddr *)&peer, &peerLength))
      owners[((struct sockaddr_in *)&name)->sin_port] = (DWORD)all[i].pid;
    CloseHandle(own);
  }
}

static void netstatLine(const char *local, const char *foreign, u_short port, DWORD state, int v6) {
  int listens = state == MIB_TCP_STATE_LISTEN;
  printf("  TCP    %-22s %-22s %-15s %lu\r\n", local, listens ? (v6 ? "[::]:0" : "0.0.0.0:0") : foreign,
         listens ? "LISTENING" : "ESTABLISHED", owners[port]);
}

// Not the tables with owners: Wine looks through all of /proc for each line of them, and finds nobody.
static int netstat(int v6) {
  printf("\r\nActive Connections\r\n\r\n  Proto  Local Address          Foreign Address        State           PID\r\n");
  findOwners();
  ULONG size = 1 << 22;
  void *table = malloc(size);
  char address[64], local[80], foreign[80];
  if (v6) {
    MIB_TCP6TABLE *rows = table;
    if (GetTcp6Table(rows, &size, FALSE)) return 1;
    for (DWORD i = 0; i < rows->dwNumEntries; i++) {
      MIB_TCP6ROW *row = &rows->table[i];
      sprintf(local, "[%s]:%u", inet_ntop(AF_INET6, &row->LocalAddr, address, sizeof address), ntohs((u_short)row->dwLocalPort));
      sprintf(foreign, "[%s]:%u", inet_ntop(AF_INET6, &row->RemoteAddr, address, sizeof address), ntohs((u_short)row->dwRemotePort));
      netstatLine(local, foreign, (u_short)row->dwLocalPort, row->State, 1);
    }
    return 0;
  }
  MIB_TCPTABLE *rows = table;
  if (GetTcpTable(rows, &size, FALSE)) return 1;
  for (DWORD i = 0; i < rows->dwNumEntries; i++) {
    MIB_TCPROW *row = &rows->table[i];
    sprintf(local, "%s:%u", inet_ntop(AF_INET, &row->dwLocalAddr, address, sizeof address), ntohs((u_short)row->dwLocalPort));
    sprintf(foreign, "%s:%u", inet_ntop(AF_INET, &row->dwRemoteAddr, address, sizeof address), ntohs((u_short)row->dwRemotePort));
    netstatLine(local, foreign, (u_short)row->dwLocalPort, row->dwState, 0);
  }
  return 0;
}

static void eachProcess(void (*body)(const PROCESSENTRY32W *)) {
  HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
  PROCESSENTRY32W entry = {sizeof entry};
  for (BOOL more = Process32FirstW(all, &entry); more; more = Process32NextW(all, &entry)) body(&entry);
  CloseHandle(all);
}

static void tasklistLine(const PROCESSENTRY32W *p) {
  printf("\"%ls\",\"%lu\",\"Console\",\"1\",\"10,000 K\"\r\n", p->szExeFile, p->th32ProcessID);
}

static void commandLineOf(HANDLE process, wchar_t *to, size_t room) {
  PROCESS_BASIC_INFORMATION basic;
  PEB peb;
  RTL_USER_PROCESS_PARAMETERS parameters;
  SIZE_T got;
  *to = 0;
  if (NtQueryInformationProcess(process, ProcessBasicInformation, &basic, sizeof basic, NULL)) return;
  if (!ReadProcessMemory(process, basic.PebBaseAddress, &peb, sizeof peb, &got)) return;
  if (!ReadProcessMemory(process, peb.ProcessParameters, &parameters, sizeof parameters, &got)) return;
  size_t length = min(parameters.CommandLine.Length / sizeof(wchar_t), room - 1);
  ReadProcessMemory(process, parameters.CommandLine.Buffer, to, length * sizeof(wchar_t), &got);
  to[length] = 0;
}

static void processLine(const PROCESSENTRY32W *p) {
  static wchar_t command[32768], path[4096];
  static char bytes[131072];
  HANDLE process = OpenProcess(PROCESS_QUERY_INFORMATION | PROCESS_VM_READ, FALSE, p->th32ProcessID);
  if (!process) return;
  FILETIME made, ended, kernel, user;
  DWORD length = 4096, code = 0;
  GetProcessTimes(process, &made, &ended, &kernel, &user);
  GetExitCodeProcess(process, &code);
  commandLineOf(process, command, 32768);
  if (!QueryFullProcessImageNameW(process, 0, path, &length)) *path = 0;
  CloseHandle(process);
  if (code != STILL_ACTIVE) return;
  unsigned long long ms = (((unsigned long long)made.dwHighDateTime << 32 | made.dwLowDateTime) - 116444736000000000ULL) / 10000;
  printf("%lu\t%lu\t%llu\t", p->th32ProcessID, p->th32ParentProcessID, ms);
  WideCharToMultiByte(CP_UTF8, 0, path, -1, bytes, sizeof bytes, NULL, NULL);
  printf("%s\t", bytes);
  WideCharToMultiByte(CP_UTF8, 0, command, -1, bytes, sizeof bytes, NULL, NULL);
  for (char *c = bytes; *c; c++)
    if (*c == '\t' || *c == '\n' || *c == '\r') *c = ' ';
  printf("%s\n", bytes);
}

static DWORD parents[4096], pids[4096];
static int known;
static void remember(const PROCESSENTRY32W *p) {
  if (known < 4096) parents[known] = p->th32ParentProcessID, pids[known++] = p->th32ProcessID;
}

static int end(DWORD pid, int tree) {
  int ended = 0;
  if (tree)
    for (int i = 0; i < known; i++)
      if (parents[i] == pid && pids[i] != pid) end(pids[i], 1);
  HANDLE process = OpenProcess(PROCESS_TERMINATE, FALSE, pid);
  if (process) ended = TerminateProcess(process, 1), CloseHandle(process);
  return ended;
}

static int taskkill(int argc, wchar_t **argv) {
  DWORD pid = 0;
  int force = 0, tree = 0;
  for (int i = 1; i < argc; i++) {
    if (!_wcsicmp(argv[i], L"/F")) force = 1;
    else if (!_wcsicmp(argv[i], L"/T")) tree = 1;
    else if (!_wcsicmp(argv[i], L"/PID") && i + 1 < argc) pid = wcstoul(argv[++i], NULL, 10);
  }
  eachProcess(remember);
  int there = 0;
  for (int i = 0; i < known; i++) there |= pids[i] == pid;
  if (!there) return fprintf(stderr, "ERROR: The process \"%lu\" not found.\r\n", pid), 128;
  if (!force) return fprintf(stderr, "ERROR: The process with PID %lu could not be terminated.\r\nReason: This process can only be terminated forcefully (with /F option).\r\n", pid), 1;
  return end(pid, tree) ? 0 : 1;
}

int wmain(int argc, wchar_t **argv) {
  wchar_t self[4096];
  GetModuleFileNameW(NULL, self, 4096);
  wchar_t *name = wcsrchr(self, L'\\');
  name = name ? name + 1 : self;
  _setmode(_fileno(stdout), _O_BINARY);
  WSADATA data;
  WSAStartup(MAKEWORD(2, 2), &data);
  if (!_wcsnicmp(name, L"netstat", 7)) {
    int v6 = 0;
    for (int i = 1; i < argc; i++) v6 |= !_wcsicmp(argv[i], L"TCPv6");
    return netstat(v6);
  }
  if (!_wcsnicmp(name, L"tasklist", 8)) return eachProcess(tasklistLine), 0;
  if (!_wcsnicmp(name, L"taskkill", 8)) return taskkill(argc, argv);
  return eachProcess(processLine), 0;
}
