import TestSupport
import BLS
import BeaconTypes
import KeyValueStore
import Keys
import Logging
import Primitives
import ServiceInterfaces
import StateTransition

@testable import ValidatorClient

/// A validator client with its node, its time and its database.
struct TestClient {
    let time: TurnedTime
    let node: FakeNode
    let client: ValidatorClient
    let store: KeyValueStore
    let protection: ProtectionDatabase
    let keys: [SecretKey]

    /// - Parameters:
    ///   - slot: the slot in whose beginning time stands.
    ///   - seesChain: the client compares its database with the chain before it signs.
    ///   - scratch: where the database lies; the caller keeps it.
    ///   - longestPause: how often waits look at the time.
    init(
        slot: Slot, validators: UInt32 = 2, seesChain: Bool = false, detectsDoppelgangers: Bool = false, in scratch: Scratch,
        longestPause: Double = .infinity
    ) throws {
        time = TurnedTime(Double(slot) * 12)
        keys = (0..<validators).map(GenesisSeed.sample.signingKey(validator:))
        node = FakeNode(clock: time.clock(longestPause: longestPause), publicKeys: keys.map(\.publicKey.bytes))
        store = try scratch.store()
        protection = try ProtectionDatabase(store, genesisValidatorsRoot: testChain)
        client = ValidatorClient(
            node: node, proposals: node, committees: node, liveness: seesChain || detectsDoppelgangers ? node : nil, standings: node,
            detectsDoppelgangers: detectsDoppelgangers, keys: ValidatorKeys(keys),
            protection: protection, feeRecipient: .zero, graffiti: .zero, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// The domain of a message of the fake chain.
    func domain(_ type: DomainType) -> Domain { computeDomain(type, node.spec.config.electraForkVersion, testChain) }

    func isSigned(_ root: Root, by index: ValidatorIndex, _ signature: BLSSignature) -> Bool {
        BLS.verify(publicKey: keys[Int(index)].publicKey.bytes, message: root, signature: signature)
    }
}
