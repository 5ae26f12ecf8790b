import AckQuorum
import BeaconTypes
import ContentRouting
import Foundation
import LearningStore
import Logging
import Primitives
import ServiceInterfaces
import SSZ

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
        if namedFiles == nil { namedFiles = try filesInBlocks() }
        let age = try await files.blobFill() > Self.crowded ? Self.uselessFileAgeWhenCrowded : Self.uselessFileAge
        let useless = try await files.blobs(olderThan: age).filter { !isNeeded($0) }
        try await files.remove(useless)
        return useless.count
    }

    private func isNeeded(_ id: Hash32) -> Bool {
        if namedFiles?.contains(id) ?? true { return true }
        guard let summary = summary(id) else { return false }
        switch summary.status {
        case .included, .finalized: return true
        // What waits on an adapter that the chain has passed by can never enter.
        case .pending, .valid: return summary.parentAdapterRoot == headRoot.hex
        case .rejected, .invalid, .expired: return false
        }
    }

    /// Every file in a manifest that the journal knows to be in a block.
    private func filesInBlocks() throws -> Set<Hash32> {
        var found: Set<Hash32> = []
        for entry in try store.latestJournal(limit: .max) {
            guard let summary = try? JSONDecoder().decode(UpdateSummary.self, from: Data(entry)) else { continue }
            found.formUnion(summary.filesInBlock)
        }
        return found
    }

    /// Notes the files of an update that a block brought, for this node may not have judged it.
    func noteFiles(ofBlock root: Root) async {
        guard let block = try? await node.block(.root(root)) else { return }
        let candidate = block.block.message.body.ackCertificate.candidate
        guard !candidate.inputs.isEmpty else { return }
        let id = candidate.updateID(node.spec)
        var entry =
            summary(id)
            ?? UpdateSummary(
                updateID: id.hex, inputs: candidate.selectedInputs.map(\.fileHash.hex), status: .valid, bytes: 0)
        entry.slot = entry.slot ?? candidate.slot
        entry.parentAdapterRoot = entry.parentAdapterRoot ?? candidate.parentAdapterRoot.hex
        let known = Set(entry.considered?.map(\.file) ?? [])
        let selected = Set(candidate.selectedInputs.map(\.fileHash))
        for input in candidate.inputs where !known.contains(input.fileHash.hex) {
            entry.considered =
                (entry.considered ?? []) + [
                    InputSummary(
                        file: input.fileHash.hex, trainer: nil, steps: nil, selected: selected.contains(input.fileHash), reason: nil)
                ]
        }
        note(entry)
    }
}

extension UpdateSummary {
    /// The files of the manifest, where it is in a block of the canonical chain.
    var filesInBlock: [Hash32] {
        guard status == .included || status == .finalized else { return [] }
        return (inputs + (considered?.map(\.file) ?? [])).compactMap { try? Hash32(hex: $0) }
    }
}
