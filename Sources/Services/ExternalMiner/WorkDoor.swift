import HTTPReader
import JSON
import Primitives
import ProofOfWork

/// A node's JSON-RPC as a miner uses it.
struct WorkDoor: Sendable {
    let url: String
    /// Names this miner in `eth_submitHashrate`.
    let id: Hash32
    private let reader = HTTPReader(timeout: .seconds(10))

    init(url: String, id: Hash32) {
        (self.url, self.id) = (url, id)
    }

    /// `nil` while there is nothing to seal.
    func work() async throws(MinerError) -> MinerWork? {
        do {
            return try MinerWork(try await call("eth_getWork", []))
        } catch {
            if case .refused(let message) = error, message.contains("no mining work available") { return nil }
            throw error
        }
    }

    /// Whether the node used the seal.
    func submit(_ nonce: UInt64, _ mixHash: Hash32, of work: MinerWork) async throws(MinerError) -> Bool {
        let nonce = Bytes8(bigEndian: nonce)
        return try await call("eth_submitWork", [.string(nonce.hex), .string(work.sealHash.hex), .string(mixHash.hex)]) == true
    }

    func submit(hashrate: UInt64) async throws(MinerError) {
        _ = try await call("eth_submitHashrate", [.string("0x" + String(hashrate, radix: 16)), .string(id.hex)])
    }

    private func call(_ method: String, _ parameters: [JSONValue]) async throws(MinerError) -> JSONValue {
        let body: JSONValue = ["jsonrpc": "2.0", "id": 1, "method": .string(method), "params": .array(parameters)]
        let bytes: [UInt8]
        do {
            bytes = try await reader.read(
                HTTPReader.Request(.post, url, headers: [("Content-Type", "application/json")], body: body.utf8), limit: 65_536
            ).body
        } catch {
            throw .unreachable("\(error)")
        }
        guard let answer = try? JSONValue(parsing: bytes, depthLimit: 8) else { throw .malformed("it is no JSON") }
        if let error = answer["error"], !error.isNull {
            throw .refused(String((error["message"]?.string ?? "").prefix(200)))
        }
        guard let result = answer["result"] else { throw .malformed("it has neither result nor error") }
        return result
    }
}
