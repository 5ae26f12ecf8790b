public import HTTPDoor
public import Hummingbird
public import ServiceInterfaces

/// `GET /dht/peers` on port 13337: this node's own peer id and addresses, the peers that it knows, and how many
/// records it holds.
///
/// libp2p will share the port: the first three bytes of a connection tell it from HTTP. The switch will be a
/// transport of ``DoorServer``; this door does not change.
public struct DHTDoor: Door {
    public static let name = "DHT"

    private let directory: any PeerDirectory

    public init(directory: any PeerDirectory) { self.directory = directory }

    public func router() -> DoorRouter {
        let router = DoorRouter.door()
        router.get("/dht/peers") { _, _ in try Response.json(encoding: await directory.listing()) }
        router.refuseOtherMethods()
        return router
    }
}
