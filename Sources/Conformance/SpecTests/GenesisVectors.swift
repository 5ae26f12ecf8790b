import BeaconTypes
import JSON
import Primitives
import SSZ
import StateTransition

/// Runner `genesis`. The vectors are of phase0, whose state has other fields behind the registry; what both forks have
/// in common is compared.
enum GenesisVectors {
    static func run(_ testCase: SpecTestCase) throws {
        switch testCase.handler {
        case "initialization": try runInitialization(testCase)
        case "validity": try runValidity(testCase)
        default: throw SpecTestFailure.skipped("genesis \(testCase.handler)")
        }
    }

    private static func runInitialization(_ testCase: SpecTestCase) throws {
        let eth1 = try testCase.yaml("eth1")
        let meta = try testCase.yaml("meta")
        guard let hashText = eth1["eth1_block_hash"]?.string, let timestamp = eth1["eth1_timestamp"]?.uint64,
            let count = meta["deposits_count"]?.uint64
        else { throw SpecTestFailure("eth1.yaml or meta.yaml is incomplete") }
        var deposits: [Deposit] = []
        for index in 0..<count { deposits.append(try testCase.value("deposits_\(index)", Deposit.self)) }
        let genesis = try CachedBeaconState.initializeBeaconStateFromEth1(
            spec: try testCase.spec, eth1BlockHash: try Hash32(hex: hashText), eth1Timestamp: timestamp, deposits: deposits)
        let expected = try testCase.value("state", Phase0BeaconState.self)
        let actual = genesis.state
        try check("genesis_time", actual.genesisTime == expected.genesisTime)
        try check("genesis_validators_root", actual.genesisValidatorsRoot == expected.genesisValidatorsRoot)
        try check("eth1_data", actual.eth1Data == expected.eth1Data)
        try check("eth1_deposit_index", actual.eth1DepositIndex == expected.eth1DepositIndex)
        try check("validators", actual.validators == expected.validators)
        try check("balances", actual.balances == expected.balances)
        try check("randao_mixes", actual.randaoMixes == expected.randaoMixes)
    }

    private static func runValidity(_ testCase: SpecTestCase) throws {
        let spec = try testCase.spec
        let genesis = try testCase.value("genesis", Phase0BeaconState.self)
        guard let expected = try testCase.yaml("is_valid").bool else { throw SpecTestFailure("is_valid.yaml holds no boolean") }
        var state = BeaconState(default: spec)
        state.genesisTime = genesis.genesisTime
        state.validators = genesis.validators
        state.balances = genesis.balances
        try check("is_valid", CachedBeaconState(state, spec: spec).isValidGenesisState() == expected)
    }

    private static func check(_ name: String, _ isEqual: Bool) throws {
        if !isEqual { throw SpecTestFailure("\(name) differs") }
    }
}

/// The phase0 `BeaconState` (phase0 beacon-chain, Beacon state) of a genesis, where nobody has attested yet.
struct Phase0BeaconState: BeaconContainer, Hashable {
    var genesisTime: UInt64 = 0
    var genesisValidatorsRoot: Root = .zero
    var slot: Slot = 0
    var fork = Fork()
    var latestBlockHeader = BeaconBlockHeader()
    var blockRoots: SSZVector<Root> = []
    var stateRoots: SSZVector<Root> = []
    var historicalRoots: SSZList<Root> = []
    var eth1Data = Eth1Data()
    var eth1DataVotes: SSZList<Eth1Data> = []
    var eth1DepositIndex: UInt64 = 0
    var validators: SSZList<Validator> = []
    var balances: SSZList<Gwei> = []
    var randaoMixes: SSZVector<Bytes32> = []
    var slashings: SSZVector<Gwei> = []
    /// Lists of `PendingAttestation`, empty at genesis: read as bytes, of which there must be none.
    var previousEpochAttestations: [UInt8] = []
    var currentEpochAttestations: [UInt8] = []
    var justificationBits = Bitvector()
    var previousJustifiedCheckpoint = Checkpoint()
    var currentJustifiedCheckpoint = Checkpoint()
    var finalizedCheckpoint = Checkpoint()

    mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        let preset = spec.preset
        try visitor.visit("genesis_time", &genesisTime)
        try visitor.visit("genesis_validators_root", &genesisValidatorsRoot)
        try visitor.visit("slot", &slot)
        try visitor.visit("fork", &fork, spec)
        try visitor.visit("latest_block_header", &latestBlockHeader, spec)
        try visitor.visit("block_roots", &blockRoots, .length(preset.slotsPerHistoricalRoot))
        try visitor.visit("state_roots", &stateRoots, .length(preset.slotsPerHistoricalRoot))
        try visitor.visit("historical_roots", &historicalRoots, .limit(preset.historicalRootsLimit))
        try visitor.visit("eth1_data", &eth1Data, spec)
        try visitor.visit("eth1_data_votes", &eth1DataVotes, .limit(preset.epochsPerEth1VotingPeriod * preset.slotsPerEpoch, of: spec))
        try visitor.visit("eth1_deposit_index", &eth1DepositIndex)
        try visitor.visit("validators", &validators, .limit(preset.validatorRegistryLimit, of: spec))
        try visitor.visit("balances", &balances, .limit(preset.validatorRegistryLimit))
        try visitor.visit("randao_mixes", &randaoMixes, .length(preset.epochsPerHistoricalVector))
        try visitor.visit("slashings", &slashings, .length(preset.epochsPerSlashingsVector))
        try visitor.visit("previous_epoch_attestations", &previousEpochAttestations, .limit(0))
        try visitor.visit("current_epoch_attestations", &currentEpochAttestations, .limit(0))
        try visitor.visit("justification_bits", &justificationBits, .length(Constant.justificationBitsLength))
        try visitor.visit("previous_justified_checkpoint", &previousJustifiedCheckpoint, spec)
        try visitor.visit("current_justified_checkpoint", &currentJustifiedCheckpoint, spec)
        try visitor.visit("finalized_checkpoint", &finalizedCheckpoint, spec)
    }
}
