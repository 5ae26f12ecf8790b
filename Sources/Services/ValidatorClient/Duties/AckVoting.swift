public import ServiceInterfaces

/// Where a node in another process asks for votes on updates, and what tells whether they may be given.
public struct AckVoting: Sendable {
    let ackRequests: any AckRequestService
    let committees: any AckCommittees

    public init(ackRequests: any AckRequestService, committees: any AckCommittees) {
        self.ackRequests = ackRequests
        self.committees = committees
    }
}
