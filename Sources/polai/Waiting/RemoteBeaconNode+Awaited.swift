import Foundation
import Logging
import RemoteBeaconNode

extension RemoteBeaconNode {
    /// The beacon node at a place, once it answers.
    ///
    /// - Parameter token: for what only the other roles of a node may ask.
    static func awaited(_ url: String, token: (@Sendable () -> String)? = nil, logger: Logger) async throws -> RemoteBeaconNode {
        try await waiting(for: "the beacon node at \(url)", logger: logger, isHopeless: Self.isHopeless) {
            try await RemoteBeaconNode(url: url, token: token, now: { Date().timeIntervalSince1970 }, logger: logger)
        }
    }

    private static func isHopeless(_ error: any Error) -> Bool {
        switch error as? RemoteBeaconNodeError {
        case .invalidURL, .otherRules: true
        default: false
        }
    }
}
