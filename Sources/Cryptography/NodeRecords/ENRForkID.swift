public import Primitives

/// The fork that a beacon node follows, and the next that it knows of (consensus specs, p2p-interface, `ENRForkID`).
public struct ENRForkID: Hashable, Sendable {
    public var forkDigest: Bytes4
    public var nextForkVersion: Bytes4
    public var nextForkEpoch: UInt64

    public init(forkDigest: Bytes4, nextForkVersion: Bytes4, nextForkEpoch: UInt64) {
        (self.forkDigest, self.nextForkVersion, self.nextForkEpoch) = (forkDigest, nextForkVersion, nextForkEpoch)
    }

    /// Sixteen bytes of SSZ.
    public init?(ssz bytes: [UInt8]) {
        guard bytes.count == 16, let digest = Bytes4(bytes[..<4]), let version = Bytes4(bytes[4..<8]),
            let epoch = bytes.littleEndian(UInt64.self, at: 8)
        else { return nil }
        self.init(forkDigest: digest, nextForkVersion: version, nextForkEpoch: epoch)
    }

    public var ssz: [UInt8] { forkDigest.bytes + nextForkVersion.bytes + nextForkEpoch.littleEndianBytes }
}
