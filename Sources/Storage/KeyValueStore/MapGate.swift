#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Keeps transactions and changes of the memory map apart: LMDB forbids to move the map while any transaction
/// of the process is open. Transactions pass shared, growing and closing pass alone.
///
/// `@unchecked Sendable`: the two pointers never change, and POSIX locks are made for use from many threads.
final class MapGate: @unchecked Sendable {
    private let map: UnsafeMutablePointer<pthread_rwlock_t>
    private let writer: UnsafeMutablePointer<pthread_mutex_t>

    init() {
        map = .allocate(capacity: 1)
        pthread_rwlock_init(map, nil)
        writer = .allocate(capacity: 1)
        // Error-checking, so that a write inside a write is an error and not a deadlock.
        var attributes = pthread_mutexattr_t()
        pthread_mutexattr_init(&attributes)
        pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_ERRORCHECK))
        pthread_mutex_init(writer, &attributes)
        pthread_mutexattr_destroy(&attributes)
    }

    deinit {
        pthread_rwlock_destroy(map)
        map.deallocate()
        pthread_mutex_destroy(writer)
        writer.deallocate()
    }

    /// Runs `body` while the map stays where it is.
    func shared<R>(_ body: () throws -> R) rethrows -> R {
        pthread_rwlock_rdlock(map)
        defer { pthread_rwlock_unlock(map) }
        return try body()
    }

    /// Runs `body` while no transaction is open.
    func alone<R>(_ body: () throws -> R) rethrows -> R {
        pthread_rwlock_wrlock(map)
        defer { pthread_rwlock_unlock(map) }
        return try body()
    }

    /// Runs `body` as the only writer of the process.
    func asWriter<R>(_ body: () throws -> R) throws -> R {
        guard pthread_mutex_lock(writer) == 0 else { throw KeyValueStoreError.nestedWrite }
        defer { pthread_mutex_unlock(writer) }
        return try body()
    }
}
