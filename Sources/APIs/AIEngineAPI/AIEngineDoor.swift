public import HTTPDoor
public import Hummingbird
public import ServiceInterfaces

/// The AI engine over HTTP, port 8552: status, updates and their files, adapters, and the node's live events.
public struct AIEngineDoor: Door {
    public static let name = "AI engine"

    let learning: any LearningReader
    let observer: any NodeObserver
    let gateway: (any TrainerGateway)?
    let averager: AveragerSide?

    /// - Parameters:
    ///   - gateway: takes updates of trainers in other processes; without one the door only reads.
    ///   - averager: what an averager in another process may ask.
    public init(
        learning: any LearningReader, observer: any NodeObserver, gateway: (any TrainerGateway)? = nil, averager: AveragerSide? = nil
    ) {
        self.learning = learning
        self.observer = observer
        self.gateway = gateway
        self.averager = averager
    }

    public func router() -> DoorRouter {
        let router = DoorRouter.door()
        addRoutes(to: router)
        router.refuseOtherMethods()
        return router
    }

    /// Adds this door's routes to a router that serves more on the same port.
    public func addRoutes(to router: DoorRouter) {
        router.get("/status") { _, _ in try Response.json(encoding: await learning.status()) }
        addUpdateRoutes(to: router)
        addAdapterRoute(to: router)
        addEventRoute(to: router)
        addSubmissionRoute(to: router)
        if let gateway { addChangeRoute(of: gateway, to: router) }
        if let averager { addAveragerRoutes(averager, to: router) }
    }
}
