import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix

extension HTTPReadError {
    /// Before an answer began.
    init(_ error: any Error) {
        switch error {
        case let error as HTTPReadError: self = error
        case is CancellationError: self = .cancelled
        case let error as HTTPClientError where error == .cancelled: self = .cancelled
        case let error as HTTPClientError where [.deadlineExceeded, .connectTimeout, .readTimeout].contains(error): self = .timedOut
        default: self = .unreachable(reason: Self.reason(error))
        }
    }

    /// After it began.
    init(breaking error: any Error) {
        let error = HTTPReadError(error)
        if case .unreachable(let reason) = error { self = .brokenOff(reason: reason) } else { self = error }
    }

    private static func reason(_ error: any Error) -> String {
        if let error = error as? HTTPClientError { return error.shortDescription }
        if let error = error as? NIOConnectionError {
            if error.connectionErrors.isEmpty { return "its name cannot be resolved" }
            return "the connection was refused"
        }
        if let error = error as? IOError, error.errnoCode == ECONNREFUSED { return "the connection was refused" }
        if error is ChannelError || error is IOError { return "the connection broke" }
        return "\(type(of: error))"
    }
}
