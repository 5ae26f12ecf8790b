public import BeaconTypes
public import Primitives
import SSZ

/// What a committee member signs, twice with one key (docs/protocol.md#two-signatures-a-vote).
public struct UpdateAckSigning: Sendable {
    /// `get_domain(state, DOMAIN_UPDATE_ACK, epoch of ack.slot)`: of inner signatures.
    public let domain: Domain
    /// The same with `DOMAIN_SEALED_ACK`: of outer signatures.
    public let sealDomain: Domain
    let spec: BeaconSpec

    /// - Parameter domain: the domain of inner signatures; the outer ones' differs in its first four bytes alone.
    public init(domain: Domain, spec: BeaconSpec) {
        self.domain = domain
        sealDomain = Hash32(Constant.domainSealedAck.bytes + domain.bytes.dropFirst(4)) ?? .zero
        self.spec = spec
    }

    /// What the inner signature is over: `compute_signing_root(statement, domain)`.
    public func statementRoot(_ statement: AckStatement) -> Root {
        // SigningData is a container of two 32-byte fields: its root is one hash.
        SHA256.hash(statement.hashTreeRoot(spec), domain)
    }

    /// What the outer signature is over.
    public func sealRoot(_ ack: UpdateAck, innerSignature: BLSSignature) -> Root {
        SHA256.hash(SealedAck(ack: ack, innerSignature: innerSignature).hashTreeRoot(spec), sealDomain)
    }

    /// What the vote's outer signature is to be over.
    public func sealRoot(_ vote: SignedUpdateAck) -> Root { sealRoot(vote.message, innerSignature: vote.innerSignature) }

    /// A validator's vote for a statement.
    ///
    /// - Parameter sign: signs a root with the validator's key; called for the inner signature, then for the outer one.
    public func vote<Failure: Error>(
        _ statement: AckStatement, validator: ValidatorIndex, sign: (Root) throws(Failure) -> BLSSignature
    ) throws(Failure) -> SignedUpdateAck {
        let inner = try sign(statementRoot(statement))
        return SignedUpdateAck(
            message: statement.ack, validatorIndex: validator, signature: try sign(sealRoot(statement.ack, innerSignature: inner)),
            innerSignature: inner)
    }
}

extension AckCertificate {
    /// What its voters' inner signatures are over.
    public var statement: AckStatement { AckStatement(ack: ack, lossesRoot: lossesRoot) }

    /// The votes without the candidate.
    public var aggregate: AckAggregate {
        AckAggregate(ack: ack, committeeBits: committeeBits, signature: signature, lossesRoot: lossesRoot)
    }
}

extension AckAggregate {
    /// What its voters' inner signatures are over.
    public var statement: AckStatement { AckStatement(ack: ack, lossesRoot: lossesRoot) }
}

extension AckStatement {
    /// The statement of a member that ran the gate.
    ///
    /// - Parameters:
    ///   - lossesBefore: `LossReport.lossesRoot` with the parent adapter.
    ///   - lossesAfter: the same with the update applied.
    ///   - sliceBefore: the same of the slice with the parent adapter; zero where there is none.
    ///   - sliceAfter: the same of the slice with the update applied.
    public init(
        _ ack: UpdateAck, lossesBefore: Bytes32, lossesAfter: Bytes32, sliceBefore: Bytes32 = .zero, sliceAfter: Bytes32 = .zero,
        spec: BeaconSpec
    ) {
        let losses = GateLosses(
            beforeRoot: lossesBefore, afterRoot: lossesAfter, sliceBeforeRoot: sliceBefore, sliceAfterRoot: sliceAfter)
        self.init(ack: ack, lossesRoot: losses.hashTreeRoot(spec))
    }

    /// The statement of a member that found a candidate's parts not to fit together: there is no loss to open.
    public init(withoutGate ack: UpdateAck) { self.init(ack: ack, lossesRoot: .zero) }
}
