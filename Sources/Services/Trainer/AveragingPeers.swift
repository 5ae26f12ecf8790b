import MessagePack
public import PeerIdentity
public import UpdateCodec

/// Others with whom a trainer averages what it has trained, before it encodes it.
public protocol AveragingPeers: Sendable {
    /// Averages FP32 tensors with whoever is there.
    ///
    /// - Parameters:
    ///   - shapes: of the tensors, which all have in common.
    ///   - own: what this trainer says of itself; its samples are what its numbers weigh.
    ///   - metadata: of the update that it is to be.
    /// - Throws: where nobody comes in time, or the round comes to nothing.
    func average(
        _ tensors: [[Float]], shapes: [[Int]], as own: UpdateContributor, to metadata: UpdateMetadata
    ) async throws -> GroupAverage
}

/// What a group made of a trainer's tensors.
public struct GroupAverage: Sendable {
    /// One of the group.
    public struct Member: Sendable {
        public var peer: PeerID
        /// What it said of itself; anybody may have written it.
        public var said: [UInt8]

        public init(peer: PeerID, said: [UInt8]) { (self.peer, self.said) = (peer, said) }

        /// It as a contributor to an update, where it has signed that; peers with another program or another adapter have not.
        public func contributor(to metadata: UpdateMetadata) -> UpdateContributor? {
            guard let contributor = UpdateContributor(bytes: said), contributor.key.peerID == peer, contributor.hasSigned(metadata) else {
                return nil
            }
            return contributor
        }
    }

    public var tensors: [[Float]]
    /// In the group's order, the same for all.
    public var members: [Member]
    /// Numbers that nobody averaged: the trainer's own stand there.
    public var missing: Int

    public init(tensors: [[Float]], members: [Member], missing: Int = 0) {
        (self.tensors, self.members, self.missing) = (tensors, members, missing)
    }
}

/// Why a group's average is not taken.
enum AverageRefusal: Error, Equatable, CustomStringConvertible {
    case otherShapes
    case notFinite
    /// A number moved by more than so many times what this trainer's own moved at most.
    case huge(times: Float)
    /// Nobody averaged any part.
    case nothing

    var description: String {
        switch self {
        case .otherShapes: "the average has other shapes than the adapter"
        case .notFinite: "the average has numbers that are infinite or none"
        case .huge(let times):
            "a number of the average moved \(times) times as far as any of this trainer's own, and at most \(Trainer.mostMoved) are taken"
        case .nothing: "nobody averaged anything"
        }
    }
}
