import ServiceInterfaces
import Synchronization

/// A broadcast that anybody may send to and subscribe to, without waiting for an actor.
final class Announcements<Element: Sendable>: Sendable {
    private let broadcast: Mutex<Broadcast<Element>>

    init(bufferLimit: Int = 256) {
        broadcast = Mutex(Broadcast(bufferLimit: bufferLimit))
    }

    var subscriberCount: Int { broadcast.withLock { $0.subscriberCount } }

    func subscribe(after first: [Element] = []) -> AsyncStream<Element> {
        broadcast.withLock { $0.subscribe(after: first) }
    }

    func send(_ element: Element) { broadcast.withLock { $0.send(element) } }

    func finish() { broadcast.withLock { $0.finish() } }
}

/// All that a beacon node tells its subscribers.
struct NodeAnnouncements: Sendable {
    let chain = Announcements<BeaconEvent>()
    let learning = Announcements<LearningMove>(bufferLimit: 1024)
    let operations = Announcements<OperationEvent>(bufferLimit: 4096)

    func finish() {
        chain.finish()
        learning.finish()
        operations.finish()
    }
}
