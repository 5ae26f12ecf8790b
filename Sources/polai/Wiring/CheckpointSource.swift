import BeaconTypes
import Foundation
import Primitives
import SSZ

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Another node's REST API, from which this node takes blocks and states.
struct CheckpointSource {
    let url: String

    /// The SSZ bytes at `path`; `nil` where the node has nothing.
    private func bytes(_ path: String) async throws -> [UInt8]? {
        guard let address = URL(string: (url.hasSuffix("/") ? String(url.dropLast()) : url) + path), address.scheme != nil else {
            throw SetupError("--checkpoint-sync-url '\(url)' is no URL such as http://host:3500")
        }
        var request = URLRequest(url: address, timeoutInterval: 60)
        request.setValue("application/octet-stream", forHTTPHeaderField: "Accept")
        do {
            let (data, response) = try await URLSession.shared.data(for: request)
            guard let status = (response as? HTTPURLResponse)?.statusCode, status != 404 else { return nil }
            guard status == 200 else { throw SetupError("\(address) answers with status \(status)") }
            return [UInt8](data)
        } catch let error as SetupError {
            throw error
        } catch {
            throw SetupError("no beacon node answers at \(url): \(error.localizedDescription)")
        }
    }

    func finalizedState(_ spec: BeaconSpec) async throws -> BeaconState {
        guard let bytes = try await bytes("/eth/v2/debug/beacon/states/finalized") else {
            throw SetupError("\(url) gives no finalised state")
        }
        return try BeaconState(deserializing: bytes, spec)
    }

    /// The block of a slot or with a root, written as the API's `block_id`; `nil` for an empty slot.
    func block(_ id: String, _ spec: BeaconSpec) async throws -> SignedBeaconBlock? {
        try await bytes("/eth/v2/beacon/blocks/\(id)").map { try SignedBeaconBlock(deserializing: $0, spec) }
    }
}
