import JSON
import JSONRPCCore

extension EthereumMethods {
    /// Methods of geth's that this node has no answer to, with the reason: a client tells that from a method that does not exist,
    /// and says it to its user.
    private static let unserved: [(reason: String, methods: [String])] = [
        (
            "this node has no block access lists: they begin with a later fork",
            ["eth_getBlockAccessList", "debug_getRawBlockAccessList"]
        ),
        (
            "this node does not list states: ask for accounts and slots one by one (eth_getProof, eth_getStorageValues)",
            [
                "debug_accountRange", "debug_storageRangeAt", "debug_dumpBlock", "debug_getModifiedAccountsByNumber",
                "debug_getModifiedAccountsByHash", "debug_preimage", "debug_getAccessibleState",
            ]
        ),
        (
            "this node traces blocks that it has: debug_traceBlockByHash, debug_traceBlockByNumber",
            ["debug_traceBlock", "debug_traceBadBlock", "debug_traceBlockFromFile", "debug_traceChain", "debug_intermediateRoots"]
        ),
        (
            "this node trusts no peer more than others: see admin_addPeer",
            ["admin_addTrustedPeer", "admin_removeTrustedPeer"]
        ),
        (
            "the doors are opened by the command line: see polai geth --help",
            ["admin_startHTTP", "admin_stopHTTP", "admin_startRPC", "admin_stopRPC", "admin_startWS", "admin_stopWS"]
        ),
    ]

    func registerUnservedMethods(in dispatcher: inout RPCDispatcher) {
        for (reason, methods) in Self.unserved {
            for method in methods { dispatcher.register(method) { _ in throw RPCError.server(reason) } }
        }
    }
}
