internal import CReproKernels

/// Threads of low priority for the kernels, so that a validator's duties always go first.
///
/// Results never depend on the number of threads. One call runs on a pool at a time; callers of one pool wait for
/// each other, so give the gate and the trainer a pool each. A call blocks its thread until it is done: call from a
/// thread of your own, not from Swift's cooperative pool.
public final class ComputePool: Sendable {
    // The C pool guards its own state with locks, and the handle never changes.
    nonisolated(unsafe) let handle: OpaquePointer
    /// Threads in the pool.
    public let threadCount: Int

    /// Starts `threads` threads whose niceness is raised by `niceness`; `nil` when the system refuses to start any.
    public init?(threads: Int, niceness: Int = 10) {
        guard let handle = repro_pool_create(Int32(clamping: threads), Int32(clamping: niceness)) else { return nil }
        self.handle = handle
        self.threadCount = Int(repro_pool_threads(handle))
    }

    deinit { repro_pool_destroy(handle) }

    /// Calls `body(index, worker)` once for each index below `count`, on the pool's threads, and returns when all
    /// are done; `worker` is below ``threadCount``.
    package func run(count: Int, _ body: @Sendable (_ index: Int, _ worker: Int) -> Void) {
        typealias Body = @Sendable (Int, Int) -> Void
        withoutActuallyEscaping(body) { body in
            var body: Body = body
            withUnsafeMutablePointer(to: &body) { pointer in
                repro_pool_run(
                    handle, Int64(count),
                    { context, index, worker in
                        context?.assumingMemoryBound(to: Body.self).pointee(Int(index), Int(worker))
                    }, pointer)
            }
        }
    }
}
