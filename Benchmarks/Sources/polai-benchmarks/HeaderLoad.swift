import Foundation
import Synchronization

/// Readers that ask for the head's header at a fixed rate, each on a connection and a thread of its own. A request's time
/// counts from when it was due, so that one that waits for the answer before it does not look quick.
final class HeaderLoad: Sendable {
    private let interval: Double
    private let connections: Int
    private let isRunning = Mutex(true)
    private let times = Mutex<[Double]>([])

    init(requestsPerSecond: Int, connections: Int) {
        interval = Double(connections) / Double(requestsPerSecond)
        self.connections = connections
    }

    /// Seconds from when each answered request was due to the last byte of its answer.
    var latencies: [Double] { times.withLock { $0 } }

    func start(port: Int) throws {
        for index in 0..<connections {
            let connection = try HeaderConnection(port: port)
            // The first answer opens the way: it is not counted.
            try connection.ask()
            let offset = interval * Double(index) / Double(connections)
            Thread.detachNewThread { [self] in run(connection, offset: offset) }
        }
    }

    func stop() { isRunning.withLock { $0 = false } }

    private func run(_ connection: HeaderConnection, offset: Double) {
        defer { connection.hangUp() }
        let clock = ContinuousClock()
        var due = clock.now + .seconds(offset)
        while isRunning.withLock({ $0 }) {
            let wait = (due - clock.now) / .seconds(1)
            if wait > 0 { Thread.sleep(forTimeInterval: wait) }
            guard isRunning.withLock({ $0 }), (try? connection.ask()) != nil else { return }
            let time = (clock.now - due) / .seconds(1)
            times.withLock { $0.append(time) }
            due += .seconds(interval)
        }
    }
}

/// One kept connection of HTTP/1.1.
private final class HeaderConnection: Sendable {
    private static let request = Array(
        "GET /eth/v1/beacon/headers/head HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n\r\n".utf8)

    private let descriptor: Int32

    init(port: Int) throws {
        #if canImport(Glibc)
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard result == 0 else { throw BenchmarkError("no connection to port \(port)") }
    }

    /// Sends the request and reads the whole answer, which must be a success.
    func ask() throws {
        guard send(descriptor, Self.request, Self.request.count, 0) == Self.request.count else { throw BenchmarkError("the door hung up") }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { throw BenchmarkError("the door hung up") }
            answer += buffer[..<count]
            let text = String(decoding: answer, as: UTF8.self)
            guard let head = text.range(of: "\r\n\r\n") else { continue }
            guard text.hasPrefix("HTTP/1.1 200") else { throw BenchmarkError("refused: \(text.prefix(60))") }
            let lengths = text[..<head.lowerBound].lowercased().split(separator: "\r\n").filter { $0.hasPrefix("content-length:") }
            guard let length = lengths.first.flatMap({ Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) }) else {
                throw BenchmarkError("an answer without a length")
            }
            if text[head.upperBound...].utf8.count >= length { return }
        }
    }

    func hangUp() { close(descriptor) }
}
