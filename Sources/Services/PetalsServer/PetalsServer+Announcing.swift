import HivemindDHT
import HivemindWire
import LibP2P
import Logging
import MessagePack
import ModelFiles
import PeerIdentity
import PetalsWire
import Synchronization
import Transformer

/// What the server says of itself in the swarm's DHT.
extension PetalsServer {
    private typealias Record = (key: String, subkey: Subkey, value: [UInt8])

    /// Servers after this one whose distance is measured.
    private static let maximumPinged = 5

    /// Measures what a block does, and says again and again that the blocks are served, until cancelled.
    public func announce() async {
        do {
            let measured = try await worker.rates(of: setting.blocks.lowerBound)
            rates.withLock { $0 = measured }
            logger.info(
                "one block takes \(Int(measured.forward)) tokens a second, and \(Int(measured.inference)) steps of a session")
        } catch {
            logger.warning("What a block does in a second cannot be measured: \(error)")
        }
        var complained = false
        while !Task.isCancelled {
            let kept = await declare(.online)
            if kept == 0, !complained { logger.warning("No member of the DHT takes in that blocks are served here") }
            complained = kept == 0
            try? await Task.sleep(for: setting.announcing)
        }
    }

    /// Says that the blocks are served no more.
    public func takeLeave() async { _ = await declare(.offline) }

    /// What is said of this server now.
    func serverInfo(_ state: ServerInfo.State, pings: [String: Double]?) -> ServerInfo {
        let measured = rates.withLock { $0 }
        // A client takes on average half of what follows after where it comes in.
        let throughput = (measured?.forward ?? 1) / (Double(setting.blocks.count + 1) / 2)
        var info = ServerInfo(state: state, throughput: throughput, blocks: setting.blocks)
        (info.publicName, info.version, info.adapters) = (setting.publicName, Self.version, worker.adapterNames)
        (info.forwardRate, info.inferenceRate) = (measured?.forward, measured?.inference)
        (info.tensorType, info.quantisation, info.usesRelay) = ("float32", "none", false)
        // A token takes a key and a value.
        (info.cacheTokensLeft, info.nextPings) = (2 * cache.left, pings)
        return info
    }

    /// Stores the announcements; how many members took one at least.
    func declare(_ state: ServerInfo.State) async -> Int {
        let info = serverInfo(state, pings: state == .offline ? nil : await pings()).bytes
        guard let subkey = try? Subkey(node.host.peerID.description) else { return 0 }
        let lifetime = max(2 * (setting.announcing / .seconds(1)), 10)
        let expiration = node.currentTime + lifetime
        var records: [Record] = setting.blocks.map { (ModuleUID(prefix: setting.prefix, block: $0).description, subkey, info) }
        if state != .offline, SwarmModel.isPublic(prefix: setting.prefix), let model = try? Subkey(setting.prefix) {
            let value = SwarmModel(blockCount: worker.model.configuration.layerCount, repository: setting.repository).bytes
            records.append((SwarmModel.key, model, value))
        }
        return await store(records, expiration: expiration)
    }

    private func store(_ records: [Record], expiration: Double) async -> Int {
        await withTaskGroup(of: Int.self) { tasks in
            var kept = 0
            for (index, record) in records.enumerated() {
                if index >= 8 { kept += await tasks.next() ?? 0 }
                tasks.addTask {
                    let outcome = try? await self.node.store(
                        DHTID(key: record.key), subkey: record.subkey, record.value, expiration: expiration)
                    return outcome?.kept ?? 0
                }
            }
            for await more in tasks { kept += more }
            return kept
        }
    }

    /// Round trips in seconds to servers of the block after the last.
    private func pings() async -> [String: Double] {
        let next = ModuleUID(prefix: setting.prefix, block: setting.blocks.upperBound)
        guard setting.blocks.upperBound < worker.model.configuration.layerCount,
            case .dictionary(let entries)? = await node.get(DHTID(key: next.description))
        else { return [:] }
        var pings: [String: Double] = [:]
        for entry in entries.entries.shuffled().prefix(Self.maximumPinged) {
            guard let text = entry.subkey.value.text, let peer = PeerID(base58: text), peer != node.host.peerID else { continue }
            // Where it can be dialled may have to be looked up: that is no part of a round trip.
            do {
                try await node.reach(peer)
            } catch {
                if Task.isCancelled { break }
                continue
            }
            let start = ContinuousClock.now
            if await node.ping(peer) != nil { pings[text] = (ContinuousClock.now - start) / .seconds(1) }
        }
        return pings
    }
}
