import ExecutionChain
import HTTPDoor
import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces

extension EthereumMethods {
    /// Work for miners of other processes, under geth's two names.
    func registerMiningMethods(in dispatcher: inout RPCDispatcher) {
        for space in ["eth", "ethash"] {
            dispatcher.register("\(space)_getWork") { parameters in
                try parameters.expect(atMost: 0)
                guard let work = await chain.miningWork() else { throw RPCError.server("no mining work available yet") }
                return [.data(work.sealHash), .data(work.seedHash), .data(work.boundary.bigEndianHash), .quantity(work.number)]
            }
            // The mix digest follows from the nonce, and no header of this chain holds it.
            dispatcher.register("\(space)_submitWork") { parameters in
                try parameters.expect(atMost: 3)
                let nonce = try Self.word(parameters, 0, bytes: 8)
                let hash = try parameters.hash(1)
                _ = try parameters.hash(2)
                let number = nonce.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                if let caller = parameters.caller, !waitingSeals.open(caller) {
                    throw RPCError.limitExceeded("too many seals of one address wait to be judged; hand them in one after another")
                }
                defer { if let caller = parameters.caller { waitingSeals.close(caller) } }
                return .bool(try await chain.submitSeal(number, of: hash) == .accepted)
            }
            dispatcher.register("\(space)_submitHashrate") { parameters in
                try parameters.expect(atMost: 2)
                // Miners send a whole word where the method's QUANTITY has no leading zeros.
                let rate = try parameters.data(0, padded: true)
                guard rate.drop(while: { $0 == 0 }).count <= 8 else { throw RPCParameters.invalid(0, "hashrate has more than 64 bits") }
                await chain.submitHashrate(rate.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }, of: try parameters.hash(1))
                return true
            }
        }
        dispatcher.register("ethash_getHashrate") { parameters in
            try parameters.expect(atMost: 0)
            return .quantity(await chain.sealing().hashesPerSecond)
        }
    }

    private static func word(_ parameters: RPCParameters, _ index: Int, bytes count: Int) throws -> [UInt8] {
        let bytes = try parameters.data(index)
        guard bytes.count == count else { throw RPCParameters.invalid(index, "expected \(count) bytes, found \(bytes.count)") }
        return bytes
    }

    /// How the node builds its blocks, as geth's operators say it.
    func registerMinerMethods(in dispatcher: inout RPCDispatcher) {
        dispatcher.register("miner_start") { parameters in
            try parameters.expect(atMost: 1)
            await chain.setSealThreads(try parameters.optional(0).map { _ in Int(clamping: try parameters.index(0)) })
            return .null
        }
        dispatcher.register("miner_stop") { parameters in
            try parameters.expect(atMost: 0)
            await chain.setSealThreads(0)
            return .null
        }
        dispatcher.register("miner_setGasPrice") { parameters in
            try parameters.expect(atMost: 1)
            await chain.setMinimumTip(try parameters.quantity256(0))
            return true
        }
        dispatcher.register("miner_setGasLimit") { parameters in
            try parameters.expect(atMost: 1)
            await chain.setGasLimitTarget(try parameters.index(0))
            return true
        }
        // The reasons of a chain of work, and of one with a consensus layer.
        for (method, ofWork, ofConsensus) in [
            (
                "miner_setExtra", "this node's blocks have no extra data",
                "extra data is the parent's hash and an update's id on this chain"
            ),
            (
                "miner_setEtherbase", "the command line says who is paid: see --miner.etherbase",
                "the consensus layer says who is paid: see --reward-address"
            ),
            (
                "miner_setRecommitInterval", "this node's blocks are built anew every five seconds",
                "the consensus layer says when a payload is built"
            ),
        ] {
            dispatcher.register(method) { _ in throw RPCError.server(chain.rules.isWorkOnly ? ofWork : ofConsensus) }
        }
    }
}
