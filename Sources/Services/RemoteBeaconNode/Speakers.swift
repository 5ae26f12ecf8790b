import Synchronization

/// Of several streams of one node that break at once, one says so.
final class Speakers: Sendable {
    private let state = Mutex<(next: UInt64, speaking: UInt64?)>((0, nil))

    /// One more stream.
    func newSpeaker() -> Speaker {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        return Speaker(id: id, table: self)
    }

    struct Speaker: Sendable {
        fileprivate let id: UInt64
        fileprivate let table: Speakers

        /// Whether nobody else speaks: from then on this one does.
        var takesTheWord: Bool {
            table.state.withLock { state in
                if state.speaking == nil { state.speaking = id }
                return state.speaking == id
            }
        }

        var isSpeaking: Bool { table.state.withLock { $0.speaking == id } }
        func leave() { table.state.withLock { if $0.speaking == id { $0.speaking = nil } } }
    }
}
