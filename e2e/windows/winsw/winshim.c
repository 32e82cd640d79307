// What WinSW asks of Windows (kernel32, advapi32), written down in WINSHIM_LOG: with it the real WinSW 2.11 runs under Mono,
// registers a service with nobody, and really starts, logs and stops a program.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <unistd.h>
typedef uint16_t W; static int att;
static FILE *L(void) { static FILE *f; if (!f) { const char *p = getenv("WINSHIM_LOG"); f = p ? fopen(p, "a") : stderr; setvbuf(f, 0, _IOLBF, 0); } return f; }
static void w(const char *k, const W *s) { FILE *f = L(); fprintf(f, "%s=", k); if (!s) { fprintf(f, "(null)\n"); return; }
  for (; *s; s++) { unsigned c = *s; if (c >= 0xd800 && c < 0xdc00 && s[1]) { c = 0x10000 + ((c - 0xd800) << 10) + (s[1] - 0xdc00); s++; }
    if (c < 0x80) fputc(c, f); else if (c < 0x800) { fputc(0xc0 | c >> 6, f); fputc(0x80 | (c & 63), f); }
    else if (c < 0x10000) { fputc(0xe0 | c >> 12, f); fputc(0x80 | (c >> 6 & 63), f); fputc(0x80 | (c & 63), f); }
    else { fputc(0xf0 | c >> 18, f); fputc(0x80 | (c >> 12 & 63), f); fputc(0x80 | (c >> 6 & 63), f); fputc(0x80 | (c & 63), f); } } fputc('\n', f); }
int SetConsoleCtrlHandler(void *h, int a) { return 1; } int SetConsoleOutputCP(unsigned c) { return 1; } int FreeConsole(void) { return 1; }
int AttachConsole(int p) { att = p; return 1; }
int GenerateConsoleCtrlEvent(int e, unsigned g) { fprintf(L(), "CtrlEvent=%d pid=%d\n", e, att); if (att > 0) kill(att, SIGINT); return 1; }
void *GetCurrentProcess(void) { return (void *)-1; } int CloseHandle(void *h) { return 1; } int SetStdHandle(int n, void *h) { return 1; } int MoveFileExW(const W *a, const W *b, unsigned f) { return 1; }
int OpenProcessToken(void *p, int a, void **t) { *t = (void *)7; return 1; } int GetTokenInformation(void *t, int c, int *o, int n, int *r) { *o = 1; *r = 4; return 1; }
int NtQueryInformationProcess(void *h, int c, void *o, int n, int *r) { return 0xC0000005; }
void *OpenSCManagerW(const W *m, const W *d, unsigned a) { return (void *)11; } void *OpenServiceW(void *s, const W *n, unsigned a) { return 0; }
void *CreateServiceW(void *s, const W *n, const W *d, unsigned a, unsigned ty, unsigned st, unsigned ec, const W *bin, const W *g, void *tag, const W *dep, const W *usr, const W *pw) {
  w("service.name", n); w("service.displayName", d); fprintf(L(), "service.type=%u start=%u errorControl=%u\n", ty, st, ec); w("service.binary", bin); w("service.account", usr); fprintf(L(), "service.password=%s\n", pw ? "(set)" : "(null)");
  while (dep && *dep) { w("service.dependsOn", dep); while (*dep) dep++; dep++; } return (void *)12; }
int ChangeServiceConfig2W(void *s, int l, void *i) { if (l == 1) w("service.description", *(W **)i);
  else if (l == 2) { struct { unsigned reset; W *r, *c; unsigned n; int *a; } *f = i; fprintf(L(), "failure.resetSeconds=%u", f->reset); for (unsigned k = 0; k < f->n; k++) fprintf(L(), " [action=%d delayMs=%d]", f->a[2 * k], f->a[2 * k + 1]); fputc('\n', L()); }
  else if (l == 3) fprintf(L(), "service.delayedAutoStart=%d\n", *(int *)i); return 1; }
int CloseServiceHandle(void *h) { return 1; } int DeleteService(void *h) { return 1; } int QueryServiceStatus(void *h, int *o) { memset(o, 0, 28); o[0] = 16; o[1] = 1; return 1; }
int SetServiceStatus(void *h, int *o) { return 1; } int SetServiceObjectSecurity(void *h, int i, void *d) { return 1; }
unsigned LsaOpenPolicy(void *a, void *b, int c, void **d) { *d = (void *)13; return 0; } unsigned LsaAddAccountRights(void *a, void *b, void *c, unsigned n) { fprintf(L(), "account.logonAsService=granted\n"); return 0; }
unsigned LsaClose(void *a) { return 0; } int LsaNtStatusToWinError(unsigned s) { return 0; } int LookupAccountNameW(const W *s, const W *n, void *sid, int *ss, void *d, int *ds, int *u) { *ss = 16; *ds = 8; return sid && d; }
