import BeaconTypes
import JSON
import LightClient
import Primitives
import SSZ

/// Runner `light_client`: what light clients accept, which updates they prefer, and what full nodes make for them.
enum LightClientVectors {
    static func run(_ testCase: SpecTestCase) throws {
        switch testCase.handler {
        case "single_merkle_proof": try MerkleProofVectors.run(testCase)
        case "update_ranking": try runRanking(testCase)
        case "sync": try runSync(testCase)
        case "data_collection": try LightClientCollectionVectors.run(testCase)
        default: throw SpecTestFailure.skipped("light client \(testCase.handler)")
        }
    }

    /// The updates come best first.
    private static func runRanking(_ testCase: SpecTestCase) throws {
        let spec = try testCase.spec
        guard let count = try testCase.yaml("meta")["updates_count"]?.uint64, count > 1 else {
            throw SpecTestFailure("meta.yaml says no updates_count")
        }
        let updates = try (0..<count).map { try testCase.value("updates_\($0)", LightClientUpdate.self) }
        for better in updates.indices {
            for worse in updates.indices where updates[better].isBetter(than: updates[worse], spec) != (better < worse) {
                throw SpecTestFailure("update \(better) against update \(worse)")
            }
        }
    }

    private static func runSync(_ testCase: SpecTestCase) throws {
        let meta = try testCase.yaml("meta")
        guard let trusted = try meta["trusted_block_root"]?.string.map({ try Root(hex: $0) }),
            let validatorsRoot = try meta["genesis_validators_root"]?.string.map({ try Root(hex: $0) }),
            let steps = try testCase.yaml("steps").array
        else { throw SpecTestFailure("meta.yaml or steps.yaml is incomplete") }
        let electra = try testCase.spec.config.electraForkVersion.hex
        guard meta["store_fork_version"]?.string ?? electra == electra else {
            throw SpecTestFailure.skipped("a store of another fork than Electra")
        }
        var store = try LightClientStore(
            trustedBlockRoot: trusted, bootstrap: try testCase.value("bootstrap", LightClientBootstrap.self), try testCase.spec)
        for (number, step) in steps.enumerated() {
            guard let kind = step.object?.first?.name, let body = step[kind] else { throw SpecTestFailure("step \(number) is no map") }
            guard kind != "upgrade_store" else { throw SpecTestFailure.skipped("stores of earlier forks") }
            guard let slot = body["current_slot"]?.uint64 else { throw SpecTestFailure("step \(number) has no current_slot") }
            switch kind {
            case "process_update":
                let update = try testCase.value(body["update"]?.string ?? "", LightClientUpdate.self)
                try store.processLightClientUpdate(update, currentSlot: slot, genesisValidatorsRoot: validatorsRoot)
            case "force_update": try store.processLightClientStoreForceUpdate(currentSlot: slot)
            default: throw SpecTestFailure.skipped("step \(kind)")
            }
            try check("step \(number), finalised", store.finalizedHeader, body["checks"]?["finalized_header"], store.spec)
            try check("step \(number), optimistic", store.optimisticHeader, body["checks"]?["optimistic_header"], store.spec)
        }
    }

    private static func check(_ name: String, _ header: LightClientHeader, _ expected: JSONValue?, _ spec: BeaconSpec) throws {
        guard let expected, expected["slot"]?.uint64 == header.beacon.slot else {
            throw SpecTestFailure("\(name) slot \(header.beacon.slot), expected \(expected?["slot"]?.scalarText ?? "nothing")")
        }
        guard expected["beacon_root"]?.string == header.beacon.hashTreeRoot(spec).hex,
            expected["execution_root"]?.string == header.execution.hashTreeRoot(spec).hex
        else { throw SpecTestFailure("\(name) roots differ") }
    }
}
