import Foundation
import FuzzDriver
import JSON
import MessagePack
import Primitives

extension FuzzTarget {
    static let messagePack = FuzzTarget("message-pack", "MessagePack values") { vectors in
        let lines = String(decoding: try vectors.bytes("MessagePack", "msgpack-python.jsonl"), as: UTF8.self).split(separator: "\n")
        let seeds = try lines.compactMap { try JSONValue(parsing: Array($0.utf8))["hex"]?.string }.map { try [UInt8](hex: $0) }
        let limits = MessagePackLimits(maximumSize: 1 << 16, maximumDepth: 16, maximumValues: 4096)
        return Prepared(seeds: seeds) { bytes in
            let value = try MessagePackValue(bytes: bytes, limits: limits)
            let written = value.bytes
            // Bytes and not values: a NaN is not itself.
            promise((try? MessagePackValue(bytes: written))?.bytes == written, "MessagePack that changes by being written")
            promise(written.count <= 2 * bytes.count, "MessagePack that grows by being written")
            _ = (value["a"], value.double, value.int)
        }
    }
}
