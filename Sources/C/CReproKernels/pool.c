// A pool of low-priority threads that take indices from a shared counter.
#define _GNU_SOURCE
#include "CReproKernels.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/resource.h>
#include <sys/syscall.h>
#elif defined(__APPLE__)
#include <pthread/qos.h>
#endif
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

struct repro_pool {
    pthread_mutex_t runs;  // held for a whole run: one run at a time
    pthread_mutex_t lock;
    pthread_cond_t start, finish;
    int threads, niceness, active;
    uint64_t generation;
    bool stopping;
    int64_t count;
    void (*body)(void *, int64_t, int);
    void *context;
    _Atomic int64_t next;
    pthread_t *handles;
};

typedef struct {
    repro_pool *pool;
    int worker;
} start_info;

static void lower_priority(int niceness) {
    if (niceness <= 0) return;
#if defined(__linux__)
    // On Linux the "process" of setpriority is a thread, named by its kernel id.
    id_t thread = (id_t)syscall(SYS_gettid);
    // Of the process, and not of the thread that creates the pool: that may have another.
    (void)setpriority(PRIO_PROCESS, thread, getpriority(PRIO_PROCESS, (id_t)getpid()) + niceness);
#elif defined(__APPLE__)
    // A class is a large step; one of niceness is not worth it.
    if (niceness > 1) (void)pthread_set_qos_class_self_np(QOS_CLASS_UTILITY, 0);
#endif
}

static void *work(void *argument) {
    start_info info = *(start_info *)argument;
    free(argument);
    repro_pool *pool = info.pool;
    lower_priority(pool->niceness);
#if defined(__x86_64__)
    // Round to nearest, denormals kept, exceptions masked, whatever the creating thread had set.
    _mm_setcsr(0x1F80);
#endif
    uint64_t seen = 0;
    pthread_mutex_lock(&pool->lock);
    while (true) {
        while (pool->generation == seen && !pool->stopping) pthread_cond_wait(&pool->start, &pool->lock);
        if (pool->stopping) break;
        seen = pool->generation;
        void (*body)(void *, int64_t, int) = pool->body;
        void *context = pool->context;
        int64_t count = pool->count;
        pthread_mutex_unlock(&pool->lock);
        int64_t index;
        while ((index = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed)) < count) {
            body(context, index, info.worker);
        }
        pthread_mutex_lock(&pool->lock);
        if (--pool->active == 0) pthread_cond_signal(&pool->finish);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

repro_pool *repro_pool_create(int threads, int niceness) {
    if (threads < 1) return NULL;
    repro_pool *pool = calloc(1, sizeof *pool);
    if (!pool) return NULL;
    pool->handles = calloc((size_t)threads, sizeof *pool->handles);
    if (!pool->handles) {
        free(pool);
        return NULL;
    }
    pthread_mutex_init(&pool->runs, NULL);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->start, NULL);
    pthread_cond_init(&pool->finish, NULL);
    pool->niceness = niceness;
    for (int worker = 0; worker < threads; worker++) {
        start_info *info = malloc(sizeof *info);
        if (!info) break;
        *info = (start_info){pool, worker};
        if (pthread_create(&pool->handles[worker], NULL, work, info) != 0) {
            free(info);
            break;
        }
        pool->threads++;
    }
    if (pool->threads == 0) {
        repro_pool_destroy(pool);
        return NULL;
    }
    return pool;
}

void repro_pool_destroy(repro_pool *pool) {
    if (!pool) return;
    pthread_mutex_lock(&pool->lock);
    pool->stopping = true;
    pthread_cond_broadcast(&pool->start);
    pthread_mutex_unlock(&pool->lock);
    for (int worker = 0; worker < pool->threads; worker++) pthread_join(pool->handles[worker], NULL);
    pthread_cond_destroy(&pool->finish);
    pthread_cond_destroy(&pool->start);
    pthread_mutex_destroy(&pool->lock);
    pthread_mutex_destroy(&pool->runs);
    free(pool->handles);
    free(pool);
}

int64_t repro_physical_memory(void) {
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 ? (int64_t)pages * size : (int64_t)8 << 30;
}

int repro_pool_threads(const repro_pool *pool) { return pool ? pool->threads : 1; }

void repro_pool_run(repro_pool *pool, int64_t count, void (*body)(void *, int64_t, int), void *context) {
    if (count <= 0) return;
    if (!pool) {
        for (int64_t index = 0; index < count; index++) body(context, index, 0);
        return;
    }
    pthread_mutex_lock(&pool->runs);
    pthread_mutex_lock(&pool->lock);
    pool->body = body;
    pool->context = context;
    pool->count = count;
    atomic_store_explicit(&pool->next, 0, memory_order_relaxed);
    pool->active = pool->threads;
    pool->generation++;
    pthread_cond_broadcast(&pool->start);
    while (pool->active > 0) pthread_cond_wait(&pool->finish, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
    pthread_mutex_unlock(&pool->runs);
}
