import ContentRouting
import LearningStore
import Logging
import LoRA
import Primitives
import ServiceInterfaces
import UpdateJudgement
import UpdateLedger

/// Old adapters, made anew from the update files: the nearest one that is held, and every update from there on in order.
extension AIEngine {
    /// Adapters that may wait to be made anew; one is made at a time. The head's and the finalised one wait for nobody: readers
    /// must not keep the gate and the trainers from them.
    static let rebuildLimit = 8

    /// The adapter from the store. A damaged one counts as not held, for it can be made anew.
    func held(_ root: Hash32) throws -> LoRAAdapter? {
        do {
            return try store.adapter(root, layout: setting.layout)
        } catch let error as LearningStoreError {
            logger.warning("\(error); what the update files give is taken instead, if they are there")
            return nil
        }
    }

    /// Which update led to which adapter.
    func lineage() async throws -> AdapterLineage {
        if let knownLineage { return knownLineage }
        let read = try await ledger.lineage()
        // Another caller may have been quicker, and blocks may have been noted in it since.
        if knownLineage == nil { knownLineage = read }
        return knownLineage ?? read
    }

    /// The adapter from its files; `nil` where this node knows of no update that led to it.
    func rebuilt(_ root: Hash32) async throws -> LoRAAdapter? {
        if let lastRebuilt, lastRebuilt.root == root { return lastRebuilt }
        guard try await lineage().knows(root) else { return nil }
        if let running = rebuilds[root] { return try await running.value }
        let isNeededNow = root == headRoot || root == finalizedRoot
        guard isNeededNow || rebuilds.count < Self.rebuildLimit else { throw AdapterUnavailable.busy(Self.rebuildLimit) }
        let before: [Task<LoRAAdapter, any Error>] = isNeededNow ? [] : Array(rebuilds.values)
        let task = Task {
            // One after another: each holds two adapters in memory.
            for other in before { _ = await other.result }
            return try await self.rebuild(root)
        }
        rebuilds[root] = task
        defer { rebuilds[root] = nil }
        return try await task.value
    }

    private func rebuild(_ root: Hash32) async throws -> LoRAAdapter {
        let stored = Set(try store.adapterRoots())
        // Zero needs no store.
        var roots = stored.union([genesisAdapterRoot])
        if let lastRebuilt { roots.insert(lastRebuilt.root) }
        while true {
            let known = try await lineage()
            guard let path = known.path(to: root, from: { roots.contains($0) }) else {
                throw AdapterUnavailable.lost("the journal knows only the last updates on the way to \(root.hex)")
            }
            let start = path.first?.parent ?? root
            guard var adapter = try beginning(start) else {
                // The store's bytes are damaged: from further back.
                roots.remove(start)
                continue
            }
            do {
                for step in path {
                    adapter = try await apply(step, on: adapter)
                    // Where a later step fails, who asks again pays for that one alone.
                    lastRebuilt = adapter
                }
            } catch let error as AdapterRebuildError {
                throw AdapterUnavailable.lost(error.description)
            }
            logger.info("Adapter made anew", metadata: ["adapter": "\(root.shortHex)", "updates": "\(path.count)"])
            lastRebuilt = adapter
            if root == headRoot || root == finalizedRoot || stored.contains(root) { try store.put(adapter) }
            return adapter
        }
    }

    private func beginning(_ root: Hash32) throws -> LoRAAdapter? {
        if let lastRebuilt, lastRebuilt.root == root { return lastRebuilt }
        return try root == genesisAdapterRoot ? LoRAAdapter.zero(setting.layout) : held(root)
    }

    /// The adapter after one more update; computed off this actor.
    private nonisolated func apply(_ step: AdapterLineage.Step, on parent: LoRAAdapter) async throws -> LoRAAdapter {
        var files: [[UInt8]] = []
        for file in step.files {
            guard let bytes = try await routing.fetch(file) else { throw AdapterRebuildError.missingFile(file, update: step.update) }
            files.append(bytes)
        }
        return try step.result(on: parent, files: files, baseModelRoot: setting.baseModelRoot)
    }
}
