/* Kills the process right before one of its steps: whatever others can see of a process comes from such calls.
   cc -O2 -shared -fPIC -o death.so death.c; LD_PRELOAD=./death.so program, which calls die_before(step). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long left = -1;

/* Steps from now on are counted from 0; below 0, nobody dies. */
void die_before(long step) { atomic_store(&left, step); }

/* How many steps of those that were allowed have not been used. */
long steps_left(void) { return atomic_load(&left); }

static void step(void) {
    if (atomic_load(&left) >= 0 && atomic_fetch_sub(&left, 1) == 0) {
        kill(getpid(), SIGKILL);
    }
}

#define STEP(type, name, parameters, arguments)                                     \
    type name parameters {                                                          \
        static type(*real) parameters;                                              \
        if (real == NULL) {                                                         \
            real = (type(*) parameters)dlsym(RTLD_NEXT, #name);                     \
        }                                                                           \
        step();                                                                     \
        return real arguments;                                                      \
    }

STEP(ssize_t, write, (int fd, const void *bytes, size_t size), (fd, bytes, size))
STEP(ssize_t, pwrite, (int fd, const void *bytes, size_t size, off_t at), (fd, bytes, size, at))
STEP(ssize_t, pwrite64, (int fd, const void *bytes, size_t size, off64_t at), (fd, bytes, size, at))
STEP(ssize_t, writev, (int fd, const struct iovec *parts, int count), (fd, parts, count))
STEP(ssize_t, send, (int fd, const void *bytes, size_t size, int flags), (fd, bytes, size, flags))
STEP(ssize_t, sendto, (int fd, const void *bytes, size_t size, int flags, const struct sockaddr *to, socklen_t length),
     (fd, bytes, size, flags, to, length))
STEP(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags), (fd, message, flags))
STEP(int, fsync, (int fd), (fd))
STEP(int, fdatasync, (int fd), (fd))
STEP(int, ftruncate, (int fd, off_t size), (fd, size))
STEP(int, ftruncate64, (int fd, off64_t size), (fd, size))
STEP(int, unlink, (const char *path), (path))
STEP(int, close, (int fd), (fd))
