#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "CEarlySignals.h"

static void end(int number) {
    (void)number;
    _exit(0);
}

// A service that is asked to end before Swift has begun has nothing to end: it does so at once, with status 0. `main` takes the
// signals over. Other commands keep the system's answer to a signal, which scripts expect of them.
__attribute__((constructor)) static void take_early_signals(int argc, char **argv) {
    static const char *const services[] = {"up", "dht", "validator", "trainer"};
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    if (argc < 2 || argv == NULL || argv[1] == NULL) return;
    for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
        if (strcmp(argv[1], services[i]) != 0) continue;
        for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
            struct sigaction before;
            // What nohup has set stays.
            if (sigaction(numbers[k], NULL, &before) == 0 && before.sa_handler == SIG_DFL) signal(numbers[k], end);
        }
    }
}
