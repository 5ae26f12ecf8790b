import Foundation
import HTTPReader
public import Primitives
import UpdateCodec

/// Fetches updates and adapters from the AI engine's door of a running node.
public struct NodeDownload: Sendable {
    private let address: String

    /// The most bytes of an adapter; 50 times the default model's.
    static let adapterLimit = 512 << 20

    /// - Parameter address: such as `http://127.0.0.1:8552`.
    public init(_ address: String) throws(NodeDownloadError) {
        guard address.hasPrefix("http://") || address.hasPrefix("https://") else { throw .badAddress(address) }
        var address = address
        while address.hasSuffix("/") { address.removeLast() }
        self.address = address
    }

    /// The file of an update, by its own id or that of the candidate it alone makes up.
    public func updateFile(_ id: Hash32) async throws -> [UInt8] {
        try await get("/updates/\(id.hex)/file", what: "update \(id.hex)", limit: UpdateFile.maximumSize)
    }

    /// What drew the guard slice of an update, as far as the node judged it on one.
    public func sliceSeed(_ id: Hash32) async throws -> Hash32? {
        struct Summary: Decodable { let sliceSeed: String? }
        let bytes = try await get("/updates/\(id.hex)", what: "update \(id.hex)", limit: 1 << 20)
        return try JSONDecoder().decode(Summary.self, from: Data(bytes)).sliceSeed.flatMap { try? Hash32(hex: $0) }
    }

    /// The adapter of `root`, or the newest final one, in PEFT's safetensors form.
    public func adapter(_ root: Hash32?) async throws -> [UInt8] {
        try await get(
            "/adapter" + (root.map { "?root=\($0.hex)" } ?? ""), what: root.map { "adapter \($0.hex)" } ?? "final adapter",
            limit: Self.adapterLimit)
    }

    private func get(_ path: String, what: String, limit: Int) async throws -> [UInt8] {
        let answer: (status: Int, body: [UInt8])
        do {
            answer = try await HTTPReader(timeout: .seconds(300)).read(HTTPReader.Request(.get, address + path), limit: limit)
        } catch {
            switch error {
            case .cancelled: throw CancellationError()
            case .tooLong(let limit): throw NodeDownloadError.tooLarge(what, limit: limit)
            case .brokenOff: throw NodeDownloadError.unreachable(address, reason: "the answer broke off")
            default: throw NodeDownloadError.unreachable(address, reason: "\(error)")
            }
        }
        guard answer.status == 200 else { throw NodeDownloadError.refused(what, address, status: answer.status) }
        return answer.body
    }
}

/// Why a node gave nothing.
public enum NodeDownloadError: Error, Sendable, Equatable, CustomStringConvertible {
    case badAddress(String)
    case unreachable(String, reason: String)
    case refused(String, String, status: Int)
    case tooLarge(String, limit: Int)

    public var description: String {
        switch self {
        case .badAddress(let address): "'\(address)' is no address of a node; it looks like http://127.0.0.1:8552"
        case .unreachable(let address, let reason):
            "cannot reach a node at \(address) (\(reason)); check that it runs and its AI_ENGINE_PORT"
        case .refused(let what, let address, let status):
            "the node at \(address) does not give the \(what) (status \(status)); see \(address)/updates"
        case .tooLarge(let what, let limit): "the \(what) has more than \(limit) bytes; this is no node of this chain"
        }
    }
}
