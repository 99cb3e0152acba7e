// The floor under any fan-out: accepts viewers and sends each of them the same block, again and again.
// Nothing is parsed, queued, locked or logged: what this costs is the price of the system calls alone.
//
//   floor PORT CYCLE_US AT_US:BYTES[,AT_US:BYTES…]
//
// Blocks are sent at the given moments of each cycle. Whoever does not take a whole block at once loses
// the rest of it. Runs until it is ended.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_VIEWERS 60000
#define MAX_BLOCKS 1024

static int viewers[MAX_VIEWERS];
static int count;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void sleep_until(int64_t us) {
  struct timespec t = {us / 1000000, us % 1000000 * 1000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR) {
  }
}

static int64_t now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

static void welcome(int listener) {
  while (count < MAX_VIEWERS) {
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) {
      return;
    }
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    viewers[count++] = fd;
  }
}

static void send_to_all(const char *block, size_t bytes) {
  for (int i = 0; i < count;) {
    if (send(viewers[i], block, bytes, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 && errno != EAGAIN) {
      close(viewers[i]);
      viewers[i] = viewers[--count];
    } else {
      i++;
    }
  }
}

int main(int argc, char **argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: floor PORT CYCLE_US AT_US:BYTES[,AT_US:BYTES...]\n");
    return 2;
  }
  int64_t cycle = atoll(argv[2]), at[MAX_BLOCKS];
  size_t bytes[MAX_BLOCKS], largest = 0;
  int blocks = 0;
  for (char *each = strtok(argv[3], ","); each && blocks < MAX_BLOCKS; each = strtok(NULL, ",")) {
    char *colon = strchr(each, ':');
    if (!colon) {
      fprintf(stderr, "no colon in \"%s\"\n", each);
      return 2;
    }
    at[blocks] = atoll(each);
    bytes[blocks] = (size_t) atoll(colon + 1);
    largest = bytes[blocks] > largest ? bytes[blocks] : largest;
    blocks++;
  }
  if (blocks == 0 || cycle <= at[blocks - 1]) {
    fprintf(stderr, "no blocks, or blocks after the end of the cycle\n");
    return 2;
  }
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);

  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t) atoi(argv[1]))};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (listener < 0 || bind(listener, (struct sockaddr *) &address, sizeof address)) {
    fail("bind");
  }
  if (listen(listener, 4096)) {
    fail("listen");
  }
  char *block = malloc(largest);
  if (!block) {
    fail("malloc");
  }
  memset(block, 7, largest);
  puts("ready");
  fflush(stdout);
  for (int64_t start = now_us();; start += cycle) {
    for (int i = 0; i < blocks; i++) {
      sleep_until(start + at[i]);
      welcome(listener);
      send_to_all(block, bytes[i]);
    }
  }
}
