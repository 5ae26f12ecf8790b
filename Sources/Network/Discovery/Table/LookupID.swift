/// The number of a lookup.
public struct LookupID: Hashable, Sendable {
    let number: UInt64
}
