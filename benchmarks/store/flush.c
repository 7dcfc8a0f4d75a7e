/* A disk whose flush takes a fixed time, for comparisons: preload it over a folder in memory. Keeps nothing safe.
   cc -O2 -shared -fPIC -o flush.so flush.c; FLUSH_MICROSECONDS=1000 LD_PRELOAD=./flush.so program */
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

static int flush(void) {
    const char *given = getenv("FLUSH_MICROSECONDS");
    long microseconds = given ? strtol(given, NULL, 10) : 1000;
    struct timespec left = {microseconds / 1000000, microseconds % 1000000 * 1000};
    prctl(PR_SET_TIMERSLACK, 1000UL, 0UL, 0UL, 0UL);
    while (nanosleep(&left, &left) != 0) {
    }
    return 0;
}

int fsync(int descriptor) { (void)descriptor; return flush(); }
int fdatasync(int descriptor) { (void)descriptor; return flush(); }
