import HTTPDoor
import Hummingbird
import JSON
import ServiceInterfaces

extension AIEngineDoor {
    /// `GET /events`: server-sent events named `snapshot`, one at once and then one after each change.
    /// `GET /snapshot`: the same, once.
    func addEventRoute(to router: DoorRouter) {
        router.get("/snapshot") { _, _ in try Response.json(encoding: await observer.snapshot()) }
        router.get("/events") { _, _ in
            let (first, following) = (await observer.snapshot(), await observer.snapshots())
            // A snapshot replaces the one before: a slow reader needs only the newest.
            return Response.serverSentEvents(Prefixed(first: first, rest: following), backlog: 2) { snapshot in
                ServerSentEvent(event: "snapshot", data: try JSONValue(encoding: snapshot).description)
            }
        }
    }
}

extension AIEngineDoor {
    /// `GET /changes`: server-sent events named `change`, one at once and one whenever the head's adapter or what is known of an update
    /// may have changed. What changed is to be asked: several changes may be one event.
    func addChangeRoute(of gateway: any TrainerGateway, to router: DoorRouter) {
        router.get("/changes") { _, _ in
            Response.serverSentEvents(await gateway.changes(), backlog: 2) { _ in ServerSentEvent(event: "change", data: "{}") }
        }
    }
}

/// One element, then those of a stream.
struct Prefixed<Element: Sendable>: AsyncSequence, Sendable {
    let first: Element
    let rest: AsyncStream<Element>

    struct AsyncIterator: AsyncIteratorProtocol {
        var first: Element?
        var rest: AsyncStream<Element>.AsyncIterator

        mutating func next() async -> Element? {
            if let element = first {
                first = nil
                return element
            }
            return await rest.next()
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(first: first, rest: rest.makeAsyncIterator()) }
}
