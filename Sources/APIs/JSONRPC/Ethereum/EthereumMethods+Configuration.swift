import EVM
import EngineTypes
import ExecutionChain
import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces

extension EthereumMethods {
    /// Which rules the node follows, and what it can be asked.
    func registerConfigurationMethods(in dispatcher: inout RPCDispatcher) {
        dispatcher.register("eth_config") { parameters in
            try parameters.expect(atMost: 0)
            guard let head = try await chain.block(.latest), let genesis = try await chain.block(.earliest) else {
                throw RPCError.server("header not found")
            }
            return ForkConfigurations(
                rules: chain.rules, genesis: genesis.payload.blockHash, genesisTime: genesis.payload.timestamp,
                time: head.payload.timestamp, number: head.payload.blockNumber
            ).json
        }
        dispatcher.register("eth_capabilities") { parameters in
            try parameters.expect(atMost: 0)
            guard let head = try await chain.block(.latest) else { throw RPCError.server("header not found") }
            let whole: JSONValue = ["disabled": false, "oldestBlock": "0x0"]
            return [
                "head": ["number": .quantity(head.payload.blockNumber), "hash": .data(head.payload.blockHash)],
                "state": whole, "tx": whole, "logs": whole, "receipts": whole, "blocks": whole, "stateproofs": whole,
            ]
        }
    }
}

/// The rules now, next and last (EIP-7910).
private struct ForkConfigurations {
    let rules: ChainConfig
    let genesis: Hash32
    let genesisTime: UInt64
    let time: UInt64
    let number: UInt64

    var json: JSONValue {
        let later = Set(rules.forkTimes.values.filter { $0 > time }).sorted()
        return [
            "current": configuration(at: time), "next": later.first.map(configuration) ?? .null,
            "last": later.last.map(configuration) ?? .null,
        ]
    }

    /// The rules at a time: `null` before Cancun, which knows no blobs.
    private func configuration(at time: UInt64) -> JSONValue {
        let fork = rules.fork(number: number, timestamp: time)
        guard fork >= .cancun else { return .null }
        let limits = rules.blobLimits(under: fork)
        let precompiles = EVM.namedPrecompiles(fork.revision).map { JSONValue.Member($0.name, .data($0.address)) }
        return [
            "activationTime": JSONValue(rules.forkTimes[fork] ?? 0),
            "blobSchedule": [
                "target": JSONValue(limits.target), "max": JSONValue(limits.maximum),
                "baseFeeUpdateFraction": JSONValue(limits.updateFraction),
            ],
            "chainId": .quantity(rules.chainID),
            "forkId": .data(rules.forkID(genesis: genesis, genesisTime: genesisTime, number: number, time: time)),
            "precompiles": .object(precompiles), "systemContracts": .object(contracts(under: fork)),
        ]
    }

    private func contracts(under fork: ExecutionFork) -> [JSONValue.Member] {
        let beaconRoots = JSONValue.Member("BEACON_ROOTS_ADDRESS", .data(SystemContracts.beaconRoots))
        guard fork >= .prague else { return [beaconRoots] }
        return [
            beaconRoots, .init("CONSOLIDATION_REQUEST_PREDEPLOY_ADDRESS", .data(SystemContracts.consolidationRequests)),
            .init("DEPOSIT_CONTRACT_ADDRESS", .data(rules.depositContract ?? .zero)),
            .init("HISTORY_STORAGE_ADDRESS", .data(SystemContracts.history)),
            .init("WITHDRAWAL_REQUEST_PREDEPLOY_ADDRESS", .data(SystemContracts.withdrawalRequests)),
        ]
    }
}
