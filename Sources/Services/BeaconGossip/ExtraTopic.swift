import ContentRouting

/// Topics whose messages are judged by what this node holds, not by conditions of their own.
enum ExtraTopic: String, CaseIterable {
    /// Forwarded where it is the update that this node made itself (altair light-client/p2p-interface).
    case lightClientFinalityUpdate = "light_client_finality_update"
    case lightClientOptimisticUpdate = "light_client_optimistic_update"
    /// Evidence against a voter, forwarded where it may enter a block.
    case ackContradiction = "ack_contradiction"

    var topic: Topic { Topic(rawValue) }
}
