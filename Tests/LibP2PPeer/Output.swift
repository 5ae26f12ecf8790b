import Glibc

/// Lines reach a pipe at once.
func flushOutput() { fflush(nil) }

func unixSeconds() -> UInt64 { UInt64(max(time(nil), 0)) }
