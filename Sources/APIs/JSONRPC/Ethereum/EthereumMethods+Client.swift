import EngineTypes
import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces

extension EthereumMethods {
    /// What the node is and does, whatever the block.
    func registerClientMethods(in dispatcher: inout RPCDispatcher) {
        dispatcher.register("web3_clientVersion") { parameters in
            try parameters.expect(atMost: 0)
            return .string(ClientVersion.full)
        }
        dispatcher.register("web3_sha3") { parameters in
            try parameters.expect(atMost: 1)
            return .data(Keccak256.hash(try parameters.data(0)))
        }
        dispatcher.register("net_version") { parameters in
            try parameters.expect(atMost: 0)
            return .string(String(chain.chainID))
        }
        dispatcher.register("net_listening") { parameters in
            try parameters.expect(atMost: 0)
            return true
        }
        dispatcher.register("net_peerCount") { parameters in
            try parameters.expect(atMost: 0)
            guard let peers else { return .quantity(UInt64(clamping: await chain.peerCount())) }
            return .quantity(UInt64(clamping: await peers.peerInfos().count))
        }
        dispatcher.register("eth_chainId") { parameters in
            try parameters.expect(atMost: 0)
            return .quantity(chain.chainID)
        }
        dispatcher.register("eth_protocolVersion") { parameters in
            try parameters.expect(atMost: 0)
            // eth/68, the version of the wire protocol that Prague-era nodes speak.
            return .quantity(UInt64(68))
        }
        dispatcher.register("eth_syncing") { parameters in
            try parameters.expect(atMost: 0)
            guard let progress = await chain.syncProgress() else { return false }
            return [
                "startingBlock": .quantity(progress.startingBlock),
                "currentBlock": .quantity(progress.currentBlock),
                "highestBlock": .quantity(progress.highestBlock),
            ]
        }
        dispatcher.register("eth_mining") { parameters in
            try parameters.expect(atMost: 0)
            return .bool(await chain.sealing().isActive)
        }
        dispatcher.register("eth_hashrate") { parameters in
            try parameters.expect(atMost: 0)
            return .quantity(await chain.sealing().hashesPerSecond)
        }
        dispatcher.register("eth_accounts") { parameters in
            try parameters.expect(atMost: 0)
            // The node holds no account keys.
            return []
        }
        dispatcher.register("eth_gasPrice") { parameters in
            try parameters.expect(atMost: 0)
            guard let head = try await chain.block(.latest) else { throw RPCError.server("header not found") }
            return .quantity(head.payload.baseFeePerGas &+ (try await tips.suggestion()))
        }
    }
}
