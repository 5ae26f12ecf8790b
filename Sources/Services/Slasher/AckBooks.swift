import SlashingDetection

/// The vote books of the subjects that were used last.
struct AckBooks {
    private static let capacity = 64
    private var entries: [AckSubject: AckVoteBook] = [:]
    private var order: [AckSubject] = []

    subscript(subject: AckSubject) -> AckVoteBook? {
        get { entries[subject] }
        set {
            if entries.updateValueOrRemove(newValue, for: subject) { order.append(subject) }
            while order.count > Self.capacity { entries[order.removeFirst()] = nil }
        }
    }
}

extension Dictionary where Key == AckSubject, Value == AckVoteBook {
    /// Sets or removes an entry; whether it is a new one.
    fileprivate mutating func updateValueOrRemove(_ value: Value?, for key: Key) -> Bool {
        let isNew = self[key] == nil && value != nil
        self[key] = value
        return isNew
    }
}
