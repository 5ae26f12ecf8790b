import AckQuorum
import BeaconTypes
import ContentRouting
import Logging
import Primitives
import ServiceInterfaces
import SSZ
import UpdateJudgement
import UpdateLedger
import UpdateLife

/// Update files are kept as long as they are of use: those that a block names for ever, because whoever checks the block
/// aggregates them again; those that wait until their verdict. What was refused, or came too late, stays for a day,
/// so that the refusal can be looked into, and for an hour when the store is half full.
extension AIEngine {
    static let uselessFileAge = 86_400.0
    static let uselessFileAgeWhenCrowded = 3_600.0
    static let crowded = 0.5

    /// Deletes useless files every ten minutes until cancelled.
    func collectFiles() async {
        guard files != nil else { return }
        while !Task.isCancelled {
            do {
                let count = try await forgetFiles()
                if count > 0 { logger.info("Deleted update files that were refused or came too late", metadata: ["files": "\(count)"]) }
            } catch {
                logger.warning("cannot delete useless update files: \(error)")
            }
            try? await Task.sleep(for: .seconds(600))
        }
    }

    /// Deletes the files that are of no use any more; how many.
    func forgetFiles() async throws -> Int {
        guard let files else { return 0 }
        if namedFiles == nil { namedFiles = try await ledger.filesInBlocks() }
        let age = try await files.blobFill() > Self.crowded ? Self.uselessFileAgeWhenCrowded : Self.uselessFileAge
        var useless: [Hash32] = []
        for id in try await files.blobs(olderThan: age) where await !isNeeded(id) { useless.append(id) }
        try await files.remove(useless)
        return useless.count
    }

    private func isNeeded(_ id: Hash32) async -> Bool {
        if namedFiles?.contains(id) ?? true { return true }
        guard let record = await ledger.record(id) else { return false }
        switch record.stage {
        case .included, .finalised: return true
        // What waits on an adapter that the chain has passed by can never enter.
        case .announced, .fetched, .judged, .voted, .certified: return record.parent == headRoot
        case .refused, .outvoted, .expired: return false
        }
    }

    /// Notes what a block's certificate says of an update, and the way to its adapter.
    @discardableResult
    func name(_ certificate: AckCertificate, _ id: Hash32) async -> UpdateRecord {
        let record = await ledger.apply(.named(CandidateFacts(certificate)), to: id)
        knownLineage?.note(record)
        namedFiles?.formUnion(record.filesInBlock)
        return record
    }

    /// Notes the files of an update that a block brought, for this node may not have judged it.
    func noteFiles(ofBlock root: Root) async {
        if let block = try? await node.block(root: root) { await noteFiles(of: block.message) }
    }

    func noteFiles(of block: BeaconBlock) async {
        let candidate = block.body.ackCertificate.candidate
        guard !candidate.inputs.isEmpty else { return }
        let (id, bits) = (candidate.updateID(node.spec), block.body.ackCertificate.committeeBits)
        await name(block.body.ackCertificate, id)
        await ledger.apply(.certified(votes: bits.setCount, VoteSeats(members: bits.count, quorum: 0)), to: id)
    }
}
