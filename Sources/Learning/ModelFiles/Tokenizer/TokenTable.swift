/// Byte strings numbered from 0, found by number or by content: a vocabulary.
///
/// The strings lie in one array and the index in another, because a vocabulary has up to hundreds of thousands.
struct TokenTable: Sendable {
    private var arena: [UInt8] = []
    /// `starts[id]..<starts[id + 1]` are the bytes of `id`.
    private var starts: [Int] = [0]
    /// Open addressing by linear probing; -1 is free. A power of two of slots, at most half of them taken.
    private var slots: [Int32]

    init(capacity: Int) {
        var size = 16
        while size < 2 * capacity { size *= 2 }
        slots = [Int32](repeating: -1, count: size)
        starts.reserveCapacity(capacity + 1)
    }

    var count: Int { starts.count - 1 }

    /// Appends a string under the next number. An empty string, or one that is there already, keeps its number but
    /// is not found by content. No more may be appended than the capacity.
    mutating func append(_ bytes: some Collection<UInt8>) {
        let id = Int32(truncatingIfNeeded: count)
        arena.append(contentsOf: bytes)
        starts.append(arena.count)
        guard !bytes.isEmpty else { return }
        let slot = withBytes(of: id) { self.slot(for: $0) }
        if slots[slot] < 0 { slots[slot] = id }
    }

    /// Appends a string that is never looked for by its content.
    mutating func appendUnindexed(_ bytes: some Collection<UInt8>) {
        arena.append(contentsOf: bytes)
        starts.append(arena.count)
    }

    func id(of bytes: UnsafeRawBufferPointer) -> Int32? {
        let id = slots[slot(for: bytes)]
        return id < 0 ? nil : id
    }

    func id(of bytes: [UInt8]) -> Int32? { bytes.withUnsafeBytes { id(of: $0) } }

    func bytes(of id: Int32) -> ArraySlice<UInt8> { arena[range(of: id)] }

    func range(of id: Int32) -> Range<Int> { starts[Int(id)]..<starts[Int(id) + 1] }

    func withBytes<R>(of id: Int32, _ body: (UnsafeRawBufferPointer) -> R) -> R {
        let range = range(of: id)
        return arena.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    /// The slot that holds `bytes`, or the free one where they belong.
    private func slot(for bytes: UnsafeRawBufferPointer) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: bytes)
        let mask = slots.count - 1
        var slot = hasher.finalize() & mask
        while slots[slot] >= 0 {
            let equal = withBytes(of: slots[slot]) { $0.elementsEqual(bytes) }
            if equal { break }
            slot = (slot + 1) & mask
        }
        return slot
    }
}
