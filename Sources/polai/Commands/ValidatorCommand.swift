import ArgumentParser
import BLS
import BeaconTypes
import Foundation
import KeyValueStore
import Keys
import Logging
import Primitives
import RemoteBeaconNode
import ServiceInterfaces
import ServiceLifecycle
import ValidatorClient

/// `polai validator`: a validator client beside a beacon node.
struct ValidatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validator", abstract: "Do validators' duties against a beacon node over its REST interface.",
        discussion: """
            Works with any node of Ethereum's beacon API whose chain has the mainnet, minimal or pol preset. Where the node is \
            'polai up', the validators also vote on model updates (ACKs): the node runs the loss gate and asks for their votes.

            Examples:
              polai validator --keystores keystores --password-file password.txt
              polai up --no-validator & polai validator --from-seed --datadir validator_data
            """)

    @Option(help: "REST interface of the beacon node.")
    var beaconRestApiProvider = "http://127.0.0.1:3500"

    @Option(help: "Folder of the protection database, and of keystores in secrets_data/keystores.")
    var datadir = "."

    @Option(help: "Folder of EIP-2335 keystores (default: secrets_data/keystores of --datadir).")
    var keystores: String?

    @Option(help: "File with the keystores' password; without it the terminal asks.")
    var passwordFile: String?

    @Option(help: "With --from-seed: number of validators.")
    var count = 1

    @OptionGroup var seed: SeedOptions

    @Option(help: "Execution address for the fees of proposed blocks, 0x and 40 hexadecimal digits.")
    var suggestedFeeRecipient = "0x0000000000000000000000000000000000000000"

    @Option(help: "Text in proposed blocks, at most 32 bytes.")
    var graffiti = ""

    @Flag(help: "Watch the chain for two epochs before the first signature, in case the keys are at work elsewhere.")
    var enableDoppelgangerDetection = false

    @Option(help: "Least severe log level shown: trace, debug, info, notice, warning, error.")
    var verbosity: Logger.Level = .info

    func validate() throws {
        guard (1...10_000).contains(count) else { throw ValidationError("--count is from 1 to 10000") }
        guard graffiti.utf8.count <= 32 else { throw ValidationError("--graffiti has \(graffiti.utf8.count) bytes; 32 fit") }
        try UpOptions.checkAddress(suggestedFeeRecipient, option: "--suggested-fee-recipient")
    }

    func run() async throws {
        try await RoleProcess.run("validator", verbosity: verbosity) { signals, logger in
            let client = try await client(logger)
            let services = [TaskService("validator") { await client.run() }, TaskService.clock(client.clock) { nil }]
            try await RoleProcess.serve(services, until: signals, logger: logger)
        }
    }

    private func client(_ logger: Logger) async throws -> ValidatorClient {
        let feeRecipient = try Address(hex: suggestedFeeRecipient)
        let stored = try SigningKeys.stored(folder: keystores, datadir: datadir, passwordFile: passwordFile)
        let seeded = seed.fromSeed ? try seed.indices(count).map(seed.seed().signingKey(validator:)) : []
        let keys = ValidatorKeys(seeded + stored)
        guard !keys.publicKeys.isEmpty else {
            throw SetupError("there is no key to sign with: give --keystores FOLDER or --from-seed, or use 'polai keys import'")
        }
        let node = try await RemoteBeaconNode.awaited(beaconRestApiProvider, logger: logger)
        let protection = try ProtectionDatabase(ProtectionPlace.open(datadir), genesisValidatorsRoot: node.genesisValidatorsRoot)
        let known = try await waiting(for: "the beacon node at \(beaconRestApiProvider)", logger: logger) {
            try await node.validatorIndices(of: keys.publicKeys)
        }
        logger.info(
            "Validating against \(beaconRestApiProvider)",
            metadata: ["keys": "\(keys.publicKeys.count)", "in_registry": "\(known.count)", "slot_seconds": "\(node.clock.secondsPerSlot)"])
        return ValidatorClient(
            node: node, proposals: node, committees: node, liveness: node,
            ackVoting: node.spec.fork == .pol ? AckVoting(ackRequests: node, committees: node) : nil,
            standings: node, detectsDoppelgangers: enableDoppelgangerDetection, keys: keys,
            protection: protection, feeRecipient: feeRecipient,
            graffiti: graffiti.isEmpty ? Graffiti.program : Graffiti.bytes(graffiti) ?? .zero,
            logger: logger)
    }
}
