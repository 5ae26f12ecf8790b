import AsyncHTTPClient
public import Foundation
import NIOCore
import NIOHTTP1

/// An answer whose body is not read yet.
public struct HTTPAnswer: Sendable {
    public let status: Int
    /// The address that answered, after redirects.
    public let url: URL
    let response: HTTPClientResponse
    /// When the body must have ended.
    let deadline: ContinuousClock.Instant?

    /// The first header of this name, in any case.
    public func header(_ name: String) -> String? { response.headers.first(name: name) }

    /// The whole body.
    ///
    /// - Throws: `HTTPReadError`: `tooLong` as soon as there are more than `limit` bytes.
    public func body(limit: Int) async throws(HTTPReadError) -> [UInt8] {
        do {
            return try await withThrowingTaskGroup(of: [UInt8].self) { group in
                group.addTask { Array(try await response.body.collect(upTo: limit).readableBytesView) }
                if let deadline {
                    group.addTask {
                        try await Task.sleep(until: deadline, clock: .continuous)
                        throw HTTPReadError.timedOut
                    }
                }
                defer { group.cancelAll() }
                return try await group.next() ?? []
            }
        } catch is NIOTooManyBytesError {
            throw .tooLong(limit: limit)
        } catch {
            throw HTTPReadError(breaking: error)
        }
    }

    /// The body piece by piece, for what is too long for memory or never ends.
    public var pieces: Pieces { Pieces(body: response.body, deadline: deadline) }

    public struct Pieces: AsyncSequence, Sendable {
        let body: HTTPClientResponse.Body
        let deadline: ContinuousClock.Instant?

        public func makeAsyncIterator() -> Iterator { Iterator(inner: body.makeAsyncIterator(), deadline: deadline) }

        public struct Iterator: AsyncIteratorProtocol {
            var inner: HTTPClientResponse.Body.AsyncIterator
            let deadline: ContinuousClock.Instant?

            /// - Throws: `HTTPReadError`.
            public mutating func next() async throws -> [UInt8]? {
                if let deadline, deadline < .now { throw HTTPReadError.timedOut }
                do {
                    return try await inner.next().map { Array($0.readableBytesView) }
                } catch {
                    throw HTTPReadError(breaking: error)
                }
            }
        }
    }
}
