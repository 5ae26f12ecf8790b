import BeaconTypes
public import HTTPDoor
public import Hummingbird
public import ServiceInterfaces

/// The beacon node's REST interface, port 3500: the paths and shapes of Ethereum's beacon API, and `/polai/v1`.
///
/// A file in `Routes/` per group of paths; each adds its routes in a method that ``router()`` calls.
public struct BeaconDoor: Door {
    public static let name = "beacon REST"
    public static let errorFormat = DoorErrorFormat.codeAndMessage

    let chain: any BeaconChainReader
    let services: (any BeaconServices)?
    let learning: (any UpdateReader)?
    let peers: (any PeerDirectory)?
    let ackRequests: (any AckRequestService)?
    let signers: Signers?

    /// Who signs votes on updates for those that may ask.
    public struct Signers: Sendable {
        let signer: any AckSigner
        let check: BearerCheck

        public init(_ signer: any AckSigner, check: BearerCheck) { (self.signer, self.check) = (signer, check) }
    }

    /// - Parameters:
    ///   - services: pools, duties, proposals, rewards and light client data; without it the door only shows the chain.
    ///   - learning: what became of updates.
    ///   - peers: who this node is and whom it knows; without it the node has no network identity.
    ///   - ackRequests: where validator clients find the ACK votes that they are asked for; without it they are asked for none.
    ///   - signers: whom an averager in another process has vote; without it nobody.
    public init(
        chain: any BeaconChainReader, services: (any BeaconServices)? = nil, learning: (any UpdateReader)? = nil,
        peers: (any PeerDirectory)? = nil, ackRequests: (any AckRequestService)? = nil, signers: Signers? = nil
    ) {
        self.chain = chain
        self.services = services
        self.learning = learning
        self.peers = peers
        self.ackRequests = ackRequests
        self.signers = signers
    }

    public func router() -> DoorRouter {
        let router = DoorRouter.door(errorFormat: .codeAndMessage)
        let routes = RouteTable(router)
        addGenesisRoute(to: routes)
        addBlockRoutes(to: routes)
        addBlobRoutes(to: routes)
        addHeaderRoutes(to: routes)
        addStateRoutes(to: routes)
        addPendingRoutes(to: routes)
        addValidatorRoutes(to: routes)
        addIdentityRoute(to: routes)
        addBalanceRoutes(to: routes)
        addCommitteeRoute(to: routes)
        addSyncCommitteeRoute(to: routes)
        addNodeRoutes(to: routes)
        addConfigRoutes(to: routes)
        addDebugRoutes(to: routes)
        addLearningRoute(to: routes)
        addUpdateRoute(to: routes)
        addLaterForkRoutes(to: routes)
        if let services { addServiceRoutes(services, to: routes) }
        if let ackRequests { addAckRequestRoutes(ackRequests, to: routes) }
        if let signers { addSignerRoutes(signers, to: routes) }
        addEventRoute(to: routes)
        router.refuseOtherMethods()
        return router
    }

    private func addServiceRoutes(_ services: any BeaconServices, to routes: RouteTable) {
        addPublishRoutes(services, to: routes)
        addAttestationPoolRoutes(services, to: routes)
        addPoolRoutes(services, to: routes)
        addAckPoolRoutes(services, to: routes)
        addRewardRoutes(services, to: routes)
        addLightClientRoutes(services, to: routes)
        addForkChoiceRoutes(services, to: routes)
        addDutyRoutes(services, to: routes)
        addProductionRoutes(services, to: routes)
        addAggregationRoutes(services, to: routes)
        addPreparationRoutes(services, to: routes)
        addAckCommitteeRoute(services, to: routes)
    }

    var spec: BeaconSpec { chain.spec }
}
