public import BeaconTypes
public import Primitives

/// `BeaconBlocksByRootRequest`: a list of roots, nothing around it (phase0 p2p-interface).
public enum BlocksByRootRequest {
    public static func encode(_ roots: [Root]) -> [UInt8] { roots.flatMap { $0.bytes } }

    public static func decode(_ bytes: [UInt8]) throws(BeaconWireError) -> [Root] {
        guard bytes.count % 32 == 0, bytes.count / 32 <= RequestLimit.maximumBlocks else {
            throw .length(UInt64(bytes.count), allowed: 0...32 * RequestLimit.maximumBlocks)
        }
        return stride(from: 0, to: bytes.count, by: 32).compactMap { Hash32(bytes[$0..<$0 + 32]) }
    }
}
