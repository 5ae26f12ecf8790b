import EngineTypes
import JSON
public import JSONRPCCore
import Primitives
import ServiceInterfaces

extension EthereumMethods {
    /// What explorers ask about the node itself, and operators about its peers. A node without an execution P2P network knows no
    /// peer and has no record.
    func registerNodeMethods(in dispatcher: inout RPCDispatcher) {
        dispatcher.register("admin_peers") { parameters in
            try parameters.expect(atMost: 0)
            return .array(await peers?.peerInfos().map { peer in Self.json(peer) } ?? [])
        }
        for (name, isWanted) in [("admin_addPeer", true), ("admin_removePeer", false)] {
            dispatcher.register(name) { parameters in
                try parameters.expect(atMost: 1)
                guard let peers else { throw RPCError.server("this node takes no part in the P2P network") }
                guard administersPeers else { throw Self.isForOperators("carried out") }
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
            guard let dataDirectory else { throw Self.isForOperators("told") }
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

    /// `rpc_modules`: the namespaces of the methods that `dispatcher` has by now, so that it is registered when all others are there, and
    /// again where that changed.
    public static func registerModules(in dispatcher: inout RPCDispatcher) {
        let names = Set(dispatcher.methodNames.map { name in String(name.prefix { $0 != "_" }) } + ["rpc"])
        let modules = JSONValue.object(names.sorted().map { JSONValue.Member($0, "1.0") })
        dispatcher.register("rpc_modules") { parameters in
            try parameters.expect(atMost: 0)
            return modules
        }
    }

    /// A door that answers everybody leaves that to others.
    private static func isForOperators(_ done: String) -> RPCError {
        .server("\(done) only where the operator names admin in --http.api or --ws.api, and over the IPC socket")
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
