import EngineTypes
import JSON
import JSONRPCCore
import ServiceInterfaces

extension EthereumMethods {
    /// What explorers ask about the node itself. It has no execution P2P network yet, so it knows no peer and has no record.
    func registerNodeMethods(in dispatcher: inout RPCDispatcher) {
        dispatcher.register("rpc_modules") { parameters in
            try parameters.expect(atMost: 0)
            return [
                "admin": "1.0", "debug": "1.0", "eth": "1.0", "net": "1.0", "rpc": "1.0", "trace": "1.0", "txpool": "1.0", "web3": "1.0",
            ]
        }
        dispatcher.register("admin_peers") { parameters in
            try parameters.expect(atMost: 0)
            return []
        }
        dispatcher.register("admin_datadir") { parameters in
            try parameters.expect(atMost: 0)
            guard let dataDirectory else { throw RPCError.server("told only where the operator names admin in --http.api or --ws.api") }
            return .string(dataDirectory)
        }
        dispatcher.register("admin_nodeInfo") { parameters in
            try parameters.expect(atMost: 0)
            guard let genesis = try await chain.block(.earliest), let head = try await chain.block(.latest) else {
                throw RPCError.server("header not found")
            }
            return [
                "id": "", "name": .string(ClientVersion.full), "enode": "", "enr": "", "ip": "127.0.0.1", "listenAddr": "",
                "ports": ["discovery": .number("0"), "listener": .number("0")],
                "protocols": [
                    "eth": [
                        "network": .number(String(chain.chainID)), "genesis": .data(genesis.payload.blockHash),
                        "head": .data(head.payload.blockHash), "config": ["chainId": .number(String(chain.chainID))],
                    ]
                ],
            ]
        }
    }
}
