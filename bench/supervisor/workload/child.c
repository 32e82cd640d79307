// Native twin of child.cjs, so that a supervisor's own share can be seen without a runtime's start-up.
// argv: hubPort session index port mode   (ok | stubborn | log:<lines>)
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
static int hub = -1;
static void dial(int port) {
  struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };
  int one = 1;
  inet_pton(AF_INET, "127.0.0.1", &a.sin_addr);
  hub = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt(hub, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (connect(hub, (void *)&a, sizeof a)) _exit(3);
}
static void tell(const char *word, char **v) {
  char b[160];
  int n = snprintf(b, sizeof b, "%s %s %s %d\n", word, v[2], v[3], (int)getpid());
  if (write(hub, b, n) != n) _exit(4);
}
int main(int c, char **v) {
  if (c < 5) return 2;
  const char *mode = c > 5 ? v[5] : "ok";
  if (!strncmp(mode, "log:", 4)) {
    int total = atoi(mode + 4); char line[101];
    dial(atoi(v[1])); tell("READY", v);
    memset(line, 'x', 100); line[99] = '\n';
    for (int i = 0; i < total; i++) {
      char num[16]; snprintf(num, sizeof num, "L%08d", i); memcpy(line, num, 9);
      for (int off = 0; off < 100;) { int w = write(1, line + off, 100 - off); if (w < 0) { if (errno == EINTR) continue; return 5; } off += w; }
    }
    if (write(hub, "DONE\n", 5) != 5) return 6;
    return 0;
  }
  if (!strcmp(mode, "stubborn")) { signal(SIGTERM, SIG_IGN); signal(SIGINT, SIG_IGN); }
  int l = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
  setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(atoi(v[4])) };
  inet_pton(AF_INET, "127.0.0.1", &a.sin_addr);
  dial(atoi(v[1]));
  if (bind(l, (void *)&a, sizeof a) || listen(l, 16)) { tell("FAIL:EADDRINUSE", v); return 1; }
  tell("READY", v);
  for (;;) {
    int s = accept(l, NULL, NULL); char b[2048];
    if (s < 0) continue;
    if (read(s, b, sizeof b) > 0) { const char *r = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok"; if (write(s, r, strlen(r)) < 0) {} }
    close(s);
  }
}
