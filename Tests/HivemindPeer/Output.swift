import Glibc

/// Lines reach a pipe at once.
func flushOutput() { fflush(nil) }
