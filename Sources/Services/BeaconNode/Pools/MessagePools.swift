import BeaconTypes
import Primitives
import SSZ
import ServiceInterfaces
import StateTransition

/// What waits for a block: votes, aggregates, operations, certificates and sync committee signatures. Everything is checked on
/// the published view before it is taken, and announced after.
actor MessagePools {
    let archive: ChainArchive
    let published: PublishedView
    let announcements: NodeAnnouncements

    var attestations = AttestationPool()
    var certificates = CertificatePool()
    var operations = OperationPool()
    var syncCommittees = SyncCommitteePool()

    init(archive: ChainArchive, published: PublishedView, announcements: NodeAnnouncements) {
        self.archive = archive
        self.published = published
        self.announcements = announcements
    }

    var view: ChainView { published.current }
    nonisolated var spec: BeaconSpec { archive.spec }

    /// Offers a certificate for the next blocks.
    func take(_ certificate: AckCertificate) throws {
        try view.checkCertificate(certificate)
        certificates.insert(certificate)
    }

    func pooledCertificates() -> [AckCertificate] { certificates.candidates(for: .max) }

    /// The certificate with the lowest resulting loss that this very state accepts, if any.
    func bestCertificate(on pre: CachedBeaconState) -> AckCertificate? {
        certificates.candidates(for: pre.state.slot).first { (try? pre.checkIncludable($0)) != nil }
    }

    /// Forgets the certificate that a block brought, and those too old for the next.
    func noteIncluded(_ block: BeaconBlock) {
        let update = block.body.ackCertificate.ack.updateId
        if !update.isZero { certificates.prune(before: 0, included: update) }
        certificates.prune(before: block.slot > 64 ? block.slot - 64 : 0, included: nil)
    }

    /// All that the pools hold for a block on `pre`.
    func pooledOperations(for pre: CachedBeaconState) -> BlockOperations {
        let previousSlot = pre.state.slot - 1
        let period = pre.currentEpoch / spec.preset.epochsPerSyncCommitteePeriod
        var syncAggregate = BlockOperations(none: spec).syncAggregate
        if let root = try? pre.getBlockRootAtSlot(previousSlot), let seats = try? view.syncCommittee(period: period, pre) {
            syncAggregate = syncCommittees.aggregate(.init(slot: previousSlot, blockRoot: root), seats: seats)
        }
        return BlockOperations(for: pre, operations: operations, attestations: attestations, syncAggregate: syncAggregate)
    }

    /// Forgets what can never enter a block again, once a block is final.
    func prune(finalized view: ChainView) {
        let finalizedSlot = view.finalizedSlot
        attestations.prune(before: finalizedSlot > 2 ? finalizedSlot - 2 : 0)
        if let state = try? view.state(after: view.finalized.root) { operations.prune(finalized: state) }
        let slot = archive.clock.currentSlot ?? 0
        syncCommittees.prune(before: slot > 2 ? slot - 2 : 0)
    }
}
