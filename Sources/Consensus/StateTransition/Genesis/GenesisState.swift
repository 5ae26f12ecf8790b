public import BeaconTypes
public import Primitives
import SSZ

/// A validator of the genesis registry.
public struct GenesisValidator: Sendable, Hashable {
    public let pubkey: BLSPubkey
    public let withdrawalCredentials: Bytes32
    /// Gwei; a full stake is 32 POL.
    public let balance: Gwei

    public init(pubkey: BLSPubkey, withdrawalCredentials: Bytes32, balance: Gwei) {
        self.pubkey = pubkey
        self.withdrawalCredentials = withdrawalCredentials
        self.balance = balance
    }

    /// Credentials that pay withdrawals to an execution address (prefix 0x01).
    public init(pubkey: BLSPubkey, withdrawalAddress: ExecutionAddress, balance: Gwei) {
        let credentials = Hash32 { (output: UnsafeMutableRawBufferPointer) in
            output[0] = Constant.eth1AddressWithdrawalPrefix
            for (offset, byte) in withdrawalAddress.bytes.enumerated() { output[12 + offset] = byte }
        }
        self.init(pubkey: pubkey, withdrawalCredentials: credentials, balance: balance)
    }
}

extension CachedBeaconState {
    /// The genesis state of a chain of ours (docs/protocol.md#genesis).
    ///
    /// No deposit contract history: `deposit_requests_start_index`, `eth1_deposit_index` and `deposit_count` are zero, so
    /// eth1 votes never demand deposits. The payload header is the execution chain's genesis header.
    ///
    /// - Parameters:
    ///   - validators: at least one with a full stake; keys without repetition.
    ///   - genesisTime: seconds since 1970; the execution genesis has the same timestamp.
    ///   - executionHeader: the execution genesis header.
    ///   - learning: base model, development texts, first adapter, quorum. Its ring buffers may be left empty.
    public static func genesisState(
        spec: BeaconSpec, validators: [GenesisValidator], genesisTime: UInt64,
        executionHeader: ExecutionPayloadHeader, learning: LearningState = LearningState()
    ) throws(StateTransitionError) -> CachedBeaconState {
        try require(
            executionHeader.timestamp == genesisTime, .genesisInput,
            "the execution genesis has timestamp \(executionHeader.timestamp), the beacon genesis \(genesisTime)")
        var genesis = blankGenesis(
            spec: spec, genesisTime: genesisTime, randao: executionHeader.blockHash, fork: genesisFork(spec))
        genesis.state.eth1Data = Eth1Data(depositRoot: .zero, depositCount: 0, blockHash: executionHeader.blockHash)
        genesis.state.latestExecutionPayloadHeader = executionHeader
        if spec.fork == .pol {
            genesis.state.learning = learning
            let blank = LearningState(default: spec)
            if learning.recentUpdateIds.isEmpty { genesis.state.learning.recentUpdateIds = blank.recentUpdateIds }
            if learning.recentProposers.isEmpty { genesis.state.learning.recentProposers = blank.recentProposers }
            if learning.generalLosses.isEmpty { genesis.state.learning.generalLosses = blank.generalLosses }
        }
        for validator in validators {
            try require(
                genesis.validatorIndex(of: validator.pubkey) == nil, .genesisInput,
                "public key \(validator.pubkey) stands twice")
            try genesis.addValidatorToRegistry(validator.pubkey, validator.withdrawalCredentials, validator.balance)
        }
        try genesis.activateGenesisValidators()
        try require(
            !genesis.getActiveValidatorIndices(Constant.genesisEpoch).isEmpty, .noActiveValidators,
            "no genesis validator has a full stake")
        return genesis
    }

    /// The genesis block that belongs to a genesis state: an empty body, and the state's root.
    ///
    /// It was never signed; its root anchors fork choice and is the first parent root.
    public mutating func genesisBlock() -> BeaconBlock {
        var block = BeaconBlock(default: spec)
        block.stateRoot = hashTreeRoot()
        return block
    }
}
