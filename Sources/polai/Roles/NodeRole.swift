import HTTPDoor
import ServiceInterfaces
import ServiceLifecycle

/// One part of a node: what a process of its own would construct and run. `polai up` is all of them in one process.
///
/// A role is given the other roles only as the protocols that it asks them through (the parameters of its `init` and of its
/// doors), so that each may be in another process one day; what a role is made of is its own.
protocol NodeRole: Sendable {
    /// The name of its work in logs.
    static var name: String { get }
    /// What runs until the node stops.
    func workers() -> [any Service]
    /// What it tells `/metrics`.
    var metrics: [any MetricsSource] { get }
}

extension NodeRole {
    var metrics: [any MetricsSource] { [] }
}
