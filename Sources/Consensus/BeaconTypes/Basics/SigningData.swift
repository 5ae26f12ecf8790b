public import Primitives
public import SSZ

/// `SigningData`: the object and the domain that a signature covers (phase0 `beacon-chain.md`).
public struct SigningData: Hashable, Sendable {
    public var objectRoot: Root = .zero
    public var domain: Domain = .zero

    /// All fields zero, all collections empty.
    public init() {}

    /// One value per field.
    public init(objectRoot: Root, domain: Domain) {
        self.objectRoot = objectRoot
        self.domain = domain
    }
}

extension SigningData: BeaconContainer {
    @inlinable public mutating func visitFields<Visitor: SSZFieldVisitor>(
        _ visitor: inout Visitor, _ spec: BeaconSpec
    ) throws(Visitor.Failure) {
        try visitor.visit("object_root", &objectRoot)
        try visitor.visit("domain", &domain)
    }
}
