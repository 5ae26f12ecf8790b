import AckRecords
import BLS
import ValidatorClient
import AckQuorum
import BeaconTypes
import ContentRouting
import DevnetFaults
import Foundation
import NodeConfiguration
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition
import TrainingTexts

extension Node {
    /// The genesis of this data directory: the recorded one, or a new one from the options.
    static func genesis(settings: NodeSettings, options: UpOptions, model: ModelSetup) throws -> ChainGenesis {
        let recorded = try ChainRecord.load(datadir: settings.datadir)
        let wanted = ChainRecord(
            genesisTime: settings.genesisTime ?? recorded?.genesisTime ?? UInt64(Date().timeIntervalSince1970) + 2,
            secondsPerSlot: options.secondsPerSlot, validators: options.validators, genesisDifficulty: options.genesisDifficulty,
            chainConfig: try options.sync.changes(ChainGenesis.spec(secondsPerSlot: options.secondsPerSlot).config),
            aiQuorum: settings.quorum.genesisValue, baseModelRoot: model.root.hex,
            devTextsRoot: model.devTextsRoot == DevTexts.root ? nil : model.devTextsRoot.hex)
        if let recorded {
            guard recorded.aiQuorum == wanted.aiQuorum else {
                throw SetupError(
                    "AI_QUORUM is '\(settings.quorum)', but this chain's genesis committed '\(QuorumSetting(genesisValue: recorded.aiQuorum))'; "
                        + "set AI_QUORUM back, or start a new chain with another --datadir")
            }
            guard recorded == wanted else {
                throw SetupError(
                    "the chain in \(settings.datadir) was begun with other options (\(recorded)); use those again, or another --datadir")
            }
        }
        let genesis = try ChainGenesis(
            config: try options.sync.configuration(ChainGenesis.spec(secondsPerSlot: options.secondsPerSlot).config),
            seed: settings.seed, validators: wanted.validators, genesisTime: wanted.genesisTime,
            secondsPerSlot: wanted.secondsPerSlot, difficulty: wanted.genesisDifficulty, aiQuorum: wanted.aiQuorum,
            baseModelRoot: model.root, devTextsRoot: model.devTextsRoot, layout: model.layout)
        if recorded == nil { try wanted.save(datadir: settings.datadir) }
        return genesis
    }
}

extension ChainGenesis {
    /// Judges ACK records by the registry of the chain's head.
    func recordValidator(chain: any BeaconChainReader) -> AckRecordValidator {
        AckRecordValidator(spec: spec, domain: ackDomain) { index in
            guard let head = try? await chain.state(.head), index < UInt64(head.state.validators.count) else { return nil }
            return head.state.validators[Int(index)].pubkey
        }
    }

    /// The validators of this process, or the same with some dishonest ones.
    func signer(_ validator: ValidatorRole, faults: DevnetFaults, topics: any MessageTopics) -> any AckSigner {
        guard faults.concernsVotes else { return validator.client }
        let (spec, domain, keys) = (self.spec, ackDomain, validator.keys)
        return FaultySigner(validator.client, faults: faults, topics: topics, spec: spec) { statement, index in
            // The validators of a devnet's genesis are the keys of its seed, in order.
            guard let position = Int(exactly: index), position < keys.publicKeys.count, let key = keys[keys.publicKeys[position]] else {
                throw SetupError("no key for validator \(index)")
            }
            return UpdateAckSigning(domain: domain, spec: spec).vote(statement, validator: index) { key.sign($0) }
        }
    }

    private var ackDomain: Domain {
        computeDomain(Constant.domainUpdateAck, beacon.state.fork.currentVersion, beacon.state.genesisValidatorsRoot)
    }
}
