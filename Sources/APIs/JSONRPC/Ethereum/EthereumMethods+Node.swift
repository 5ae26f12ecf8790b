import EngineTypes
import JSON
import JSONRPCCore
import Primitives
import ServiceInterfaces

extension EthereumMethods {
    /// What explorers ask about the node itself, and operators about its peers. A node without an execution P2P network knows no
    /// peer and has no record.
    func registerNodeMethods(in dispatcher: inout RPCDispatcher) {
        dispatcher.register("rpc_modules") { parameters in
            try parameters.expect(atMost: 0)
            return [
                "admin": "1.0", "debug": "1.0", "eth": "1.0", "net": "1.0", "rpc": "1.0", "trace": "1.0", "txpool": "1.0", "web3": "1.0",
            ]
        }
        dispatcher.register("admin_peers") { parameters in
            try parameters.expect(atMost: 0)
            return .array(await peers?.peerInfos().map { peer in Self.json(peer) } ?? [])
        }
        for (name, isWanted) in [("admin_addPeer", true), ("admin_removePeer", false)] {
            dispatcher.register(name) { parameters in
                try parameters.expect(atMost: 1)
                guard let peers else { throw RPCError.server("this node takes no part in the P2P network") }
                let address = try parameters.string(0)
                do {
                    return .bool(isWanted ? try await peers.addPeer(address) : try await peers.removePeer(address))
                } catch let error as BadPeerAddress {
                    throw RPCError.invalidParameters("invalid enode: \(error)")
                }
            }
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
            let own = await peers?.nodeInfo()
            let listener = own.map { "\($0.address):\($0.listenerPort)" } ?? ""
            return [
                "id": .string(own?.id.bytes.bareHex ?? ""), "name": .string(ClientVersion.full), "enode": .string(own?.enode ?? ""),
                "enr": .string(own?.enr ?? ""), "ip": .string(own?.address ?? "127.0.0.1"), "listenAddr": .string(listener),
                "ports": ["discovery": .number("\(own?.discoveryPort ?? 0)"), "listener": .number("\(own?.listenerPort ?? 0)")],
                "protocols": [
                    "eth": [
                        "network": .number(String(chain.chainID)), "genesis": .data(genesis.payload.blockHash),
                        "head": .data(head.payload.blockHash), "config": ["chainId": .number(String(chain.chainID))],
                    ]
                ],
            ]
        }
    }

    /// As geth shows a peer.
    private static func json(_ peer: ExecutionPeerInfo) -> JSONValue {
        let protocols: JSONValue = if let version = peer.ethVersion { ["eth": ["version": .number("\(version)")]] } else { [:] }
        return [
            "id": .string(peer.id.bytes.bareHex), "name": .string(peer.name), "enode": .string(peer.enode),
            "caps": .array(peer.capabilities.map { .string($0) }),
            "network": [
                "remoteAddress": .string(peer.remoteAddress), "inbound": .bool(peer.isInbound), "trusted": false, "static": false,
            ],
            "protocols": protocols,
        ]
    }
}
