import PetalsWire

/// A session's requests in their order, from its client and from the server before it in a chain.
///
/// The client waits while one of its requests is unread; what is pushed beyond a few is dropped, as the client sends the same
/// again.
actor StepInbox {
    /// Pushed requests that may wait.
    static let pushLimit = 4

    private enum State {
        case open
        case ended
        case failed(any Error)
    }

    private var state = State.open
    private var sent: ExpertRequest?
    private var pushed: [ExpertRequest] = []
    private var reader: CheckedContinuation<ExpertRequest?, any Error>?
    private var sender: CheckedContinuation<Void, Never>?

    /// A request of the client; returns once it may send the next.
    func put(_ request: ExpertRequest) async {
        guard case .open = state else { return }
        if hand(request) { return }
        sent = request
        await withCheckedContinuation { sender = $0 }
    }

    /// A request of the server before. Whether it is taken.
    @discardableResult
    func push(_ request: ExpertRequest) -> Bool {
        guard case .open = state else { return false }
        if hand(request) { return true }
        guard pushed.count < Self.pushLimit else { return false }
        pushed.append(request)
        return true
    }

    private func hand(_ request: ExpertRequest) -> Bool {
        guard let reader else { return false }
        self.reader = nil
        reader.resume(returning: request)
        return true
    }

    /// The next request, what was pushed before what was sent; `nil` after the last.
    func next() async throws -> ExpertRequest? {
        if !pushed.isEmpty { return pushed.removeFirst() }
        if let request = sent {
            sent = nil
            release()
            return request
        }
        switch state {
        case .open: return try await withCheckedThrowingContinuation { reader = $0 }
        case .ended: return nil
        case .failed(let error): throw error
        }
    }

    /// No more comes from the client.
    func finish(_ error: (any Error)? = nil) {
        guard case .open = state else { return }
        state = error.map { .failed($0) } ?? .ended
        release()
        guard let reader else { return }
        self.reader = nil
        if let error { reader.resume(throwing: error) } else { reader.resume(returning: nil) }
    }

    /// Nobody reads any more.
    func close() {
        finish()
        (sent, pushed) = (nil, [])
    }

    private func release() {
        sender?.resume()
        sender = nil
    }
}
