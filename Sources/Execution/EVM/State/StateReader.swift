public import Primitives
public import StateTrie

/// The state below an `ExecutionState`: what the last block left.
public protocol StateReader: Sendable {
    /// The account at `address`, or `nil` when there is none.
    func account(_ address: Address) throws(StateTrieError) -> Account?
    /// The value of a storage slot, zero when it was never set.
    func storage(_ address: Address, slot: Hash32) throws(StateTrieError) -> UInt256
    /// The code at `address`, empty when it has none.
    func code(_ address: Address) throws(StateTrieError) -> [UInt8]
}

extension WorldState: StateReader {}
