import BeaconTypes
public import HTTPDoor
public import Hummingbird
public import ServiceInterfaces

/// The beacon node's REST interface, port 3500: the paths and shapes of Ethereum's beacon API, and `/polai/v1`.
///
/// A file in `Routes/` per group of paths; each adds its routes in a method that ``router()`` calls.
public struct BeaconDoor: Door {
    public static let name = "beacon REST"

    let chain: any BeaconChainReader
    let peers: (any PeerDirectory)?

    /// - Parameter peers: who this node is and whom it knows; without it the node has no network identity.
    public init(chain: any BeaconChainReader, peers: (any PeerDirectory)? = nil) {
        self.chain = chain
        self.peers = peers
    }

    public func router() -> DoorRouter {
        let router = DoorRouter.door(errorFormat: .codeAndMessage)
        addGenesisRoute(to: router)
        addBlockRoutes(to: router)
        addHeaderRoutes(to: router)
        addStateRoutes(to: router)
        addValidatorRoutes(to: router)
        addBalanceRoutes(to: router)
        addCommitteeRoute(to: router)
        addDebugRoutes(to: router)
        addNodeRoutes(to: router)
        addConfigRoutes(to: router)
        addEventRoute(to: router)
        addLearningRoute(to: router)
        return router
    }

    var spec: BeaconSpec { chain.spec }
}
