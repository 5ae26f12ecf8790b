public import Primitives

/// One call or contract creation.
public struct Message: Sendable {
    public enum Kind: Sendable, Hashable {
        case call, callcode, delegatecall, staticcall, create, create2
    }

    public var kind: Kind
    public var gas: Int64
    /// Whose storage and balance the code sees.
    public var recipient: Address
    /// Whose code runs.
    public var codeAddress: Address
    public var caller: Address
    /// What CALLVALUE gives; transferred unless the kind is `delegatecall`.
    public var value: UInt256
    /// Call data, or initcode.
    public var input: [UInt8]
    public var isStatic: Bool
    /// CREATE2's salt.
    public var salt = UInt256.zero
    var depth = 0
    /// Where the caller wants the output in its memory.
    var outputOffset = 0
    var outputSize = 0

    public init(
        kind: Kind, gas: Int64, recipient: Address, codeAddress: Address? = nil, caller: Address,
        value: UInt256 = .zero,
        input: [UInt8] = [], isStatic: Bool = false
    ) {
        self.kind = kind
        self.gas = gas
        self.recipient = recipient
        self.codeAddress = codeAddress ?? recipient
        self.caller = caller
        self.value = value
        self.input = input
        self.isStatic = isStatic
    }

    var isCreation: Bool { kind == .create || kind == .create2 }
}

/// What a message gave.
public struct MessageResult: Sendable {
    public var failure: EVMFailure?
    public var gasLeft: Int64
    public var output: [UInt8]
    /// The new contract's address.
    public var created: Address?

    public var succeeded: Bool { failure == nil }
}
