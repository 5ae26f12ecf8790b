public import AIEngineAPI
public import HTTPDoor
public import Hummingbird
public import ServiceInterfaces

/// The dashboard and the AI engine's interface on one port: the page at `/`, what it reads beside it.
public struct DashboardDoor: Door {
    public static let name = "AI engine and dashboard"

    private let engine: AIEngineDoor

    /// - Parameter averager: what an averager in another process may ask.
    public init(
        learning: any LearningReader, observer: any NodeObserver, gateway: (any TrainerGateway)? = nil,
        averager: AIEngineDoor.AveragerSide? = nil
    ) {
        engine = AIEngineDoor(learning: learning, observer: observer, gateway: gateway, averager: averager)
    }

    public func router() -> DoorRouter {
        let router = engine.router()
        for file in PageFile.all {
            router.get(RouterPath(file.path)) { request, _ in file.response(to: request) }
        }
        router.refuseOtherMethods()
        return router
    }
}
