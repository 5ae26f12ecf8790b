// Shifts the clock of the machine for one process, and nothing else: LD_PRELOAD, with OFFSET in seconds.
//
// Timers and the clocks that only count stay as they are. libfaketime shifts the timers too: a program whose clock is ahead then wakes
// early and asks again without end, one whose clock is behind sleeps too long, and a run measures that.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

enum { nanoseconds = 1000000000, longest_uptime = 1000000000 };

static long long offset(void) {
    static long long value;
    static int is_known;
    if (!is_known) {
        const char *text = getenv("OFFSET");
        value = text ? (long long)(atof(text) * nanoseconds) : 0;
        is_known = 1;
    }
    return value;
}

static struct timespec shifted(struct timespec time, long long by) {
    long long total = time.tv_sec * (long long)nanoseconds + time.tv_nsec + by;
    return (struct timespec){total / nanoseconds, total % nanoseconds};
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int result = real(clock, time);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) *time = shifted(*time, offset());
    return result;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
    struct timespec now;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0) return -1;
    *time = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
    return 0;
}

time_t time(time_t *result) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (result) *result = now.tv_sec;
    return now.tv_sec;
}

// Deadlines by the shifted clock are waited for by the true one. Those by a clock that counts since the start are small.
static const struct timespec *true_deadline(const struct timespec *deadline, struct timespec *storage) {
    if (deadline->tv_sec < longest_uptime) return deadline;
    *storage = shifted(*deadline, -offset());
    return storage;
}

int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, const struct timespec *restrict deadline) {
    static int (*real)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
    // x86-64 has an older one of this name beside it, with other conditions.
    if (!real) real = dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
    if (!real) real = dlsym(RTLD_NEXT, "pthread_cond_timedwait");
    struct timespec storage;
    return real(condition, mutex, true_deadline(deadline, &storage));
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict deadline) {
    static int (*real)(sem_t *, const struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "sem_timedwait");
    struct timespec storage;
    return real(semaphore, true_deadline(deadline, &storage));
}
