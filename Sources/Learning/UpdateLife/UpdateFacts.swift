public import Primitives

/// What a file says of itself, as far as it could be read.
public struct FileFacts: Sendable, Hashable, Codable {
    public var bytes: Int
    public var codec: String?
    /// libp2p peer id of its trainer.
    public var trainer: String?
    public var parent: Hash32?

    public init(bytes: Int, codec: String? = nil, trainer: String? = nil, parent: Hash32? = nil) {
        self.bytes = bytes
        self.codec = codec
        self.trainer = trainer
        self.parent = parent
    }
}

/// One file of a candidate's manifest.
public struct ConsideredFile: Sendable, Hashable, Codable {
    public let id: Hash32
    /// libp2p peer id of its trainer, where this node knows the file.
    public var trainer: String?
    /// Optimiser steps that it claims.
    public var steps: UInt64?
    /// Whether the aggregation took it.
    public var isSelected: Bool
    /// Why not.
    public var reason: String?

    public init(id: Hash32, trainer: String? = nil, steps: UInt64? = nil, isSelected: Bool, reason: String? = nil) {
        self.id = id
        self.trainer = trainer
        self.steps = steps
        self.isSelected = isSelected
        self.reason = reason
    }
}

/// What a candidate's manifest says, and what this node knows of its files.
public struct CandidateFacts: Sendable, Hashable, Codable {
    public var slot: UInt64
    public var parent: Hash32
    /// The files that the aggregation took.
    public var inputs: [Hash32]
    public var considered: [ConsideredFile]
    /// What the files taken say of themselves; nothing where this node does not know them.
    public var file: FileFacts?
    /// The adapter with the update, where a certificate says it.
    public var adapter: Hash32?

    public init(
        slot: UInt64, parent: Hash32, inputs: [Hash32], considered: [ConsideredFile], file: FileFacts? = nil, adapter: Hash32? = nil
    ) {
        self.slot = slot
        self.parent = parent
        self.inputs = inputs
        self.considered = considered
        self.file = file
        self.adapter = adapter
    }
}

/// What this node's gate measured.
public struct Judgement: Sendable, Hashable, Codable {
    /// FP32 bit patterns: what the vote signs.
    public let lossBefore: UInt32
    public let lossAfter: UInt32
    /// The adapter with the update.
    public let adapter: Hash32
    public let seconds: Double
    /// What the guard slice showed; `nil` while it is not drawn.
    public let slice: SliceJudgement?

    public init(lossBefore: UInt32, lossAfter: UInt32, adapter: Hash32, seconds: Double, slice: SliceJudgement? = nil) {
        self.slice = slice
        self.lossBefore = lossBefore
        self.lossAfter = lossAfter
        self.adapter = adapter
        self.seconds = seconds
    }
}

/// What a guard slice showed: FP32 bit patterns, as the vote signs them.
public struct SliceJudgement: Sendable, Hashable, Codable {
    /// What drew it.
    public let seed: Hash32
    public let taskBefore: UInt32
    public let taskAfter: UInt32
    public let generalBase: UInt32
    public let generalParent: UInt32
    public let generalAfter: UInt32

    public init(
        seed: Hash32, taskBefore: UInt32, taskAfter: UInt32, generalBase: UInt32, generalParent: UInt32, generalAfter: UInt32
    ) {
        self.seed = seed
        self.taskBefore = taskBefore
        self.taskAfter = taskAfter
        self.generalBase = generalBase
        self.generalParent = generalParent
        self.generalAfter = generalAfter
    }
}

/// Where an update stands in the chain.
public struct Inclusion: Sendable, Hashable, Codable {
    public let block: Hash32
    public let slot: UInt64
    public let executionBlock: Hash32

    public init(block: Hash32, slot: UInt64, executionBlock: Hash32) {
        self.block = block
        self.slot = slot
        self.executionBlock = executionBlock
    }
}

/// Seats of the committee that votes on a candidate.
public struct VoteSeats: Sendable, Hashable, Codable {
    public let members: Int
    /// Votes that a certificate needs.
    public let quorum: Int

    public init(members: Int, quorum: Int) {
        self.members = members
        self.quorum = quorum
    }
}
