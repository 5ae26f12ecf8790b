import BeaconTypes
import Foundation
import Primitives
import KeyValueStore
import SSZ
import SlashingDetection
import Testing

@testable import Slasher

/// 10,000 validators that vote each epoch, one in a hundred of them silent, in batches of one epoch.
///
/// A few epochs by default. `POLAI_SLASHER_EPOCHS=5000 swift test -c release --filter LargeRegistryTests` measures a whole
/// history and prints time, memory and disk.
@Suite struct LargeRegistryTests {
    private static let validators: UInt64 = 10_000
    private static let committees: UInt64 = 64

    private static func votes(epoch: Epoch) -> [IndexedAttestation] {
        (0..<committees).map { committee in
            let members = stride(from: committee, to: validators, by: Int(committees)).filter { ($0 + epoch) % 100 != 0 }
            return IndexedAttestation(
                attestingIndices: members,
                data: AttestationData(
                    slot: epoch, index: 0, beaconBlockRoot: SHA256.hash([UInt8(truncatingIfNeeded: epoch)]),
                    source: Checkpoint(epoch: epoch > 0 ? epoch - 1 : 0, root: .zero), target: Checkpoint(epoch: epoch, root: .zero)),
                signature: BLSSignature())
        }
    }

    @Test func memoryStaysBounded() throws {
        let scratch = try ScratchStore()
        let database = VoteDatabase(store: scratch.store, spec: .mainnet)
        let given = ProcessInfo.processInfo.environment["POLAI_SLASHER_EPOCHS"].flatMap { UInt64($0) }
        let epochs = given ?? 4
        let started = ContinuousClock.now
        var slowest = Duration.zero
        for epoch in 0..<epochs {
            let begun = ContinuousClock.now
            #expect(try database.judge(Self.votes(epoch: epoch), currentEpoch: epoch).isEmpty)
            try database.prune(currentEpoch: epoch)
            slowest = max(slowest, ContinuousClock.now - begun)
        }
        // Two validators of different committees vote twice.
        let last = epochs - 1
        var bad = Self.votes(epoch: last)[0]
        bad.attestingIndices = [7, 9999]
        bad.data.beaconBlockRoot = .zero
        #expect(try database.judge([bad], currentEpoch: last).count == 2)
        let rows = try scratch.store.read { try $0.count(in: VoteDatabase.rowTable) }
        #expect(rows <= Int(SpanLayout.history) * 40 + 40)
        if given != nil {
            print("\(epochs) epochs of \(Self.validators) validators: \(ContinuousClock.now - started), slowest batch \(slowest)")
            print(
                "resident memory \(Self.memory("VmRSS")), of it the map of the database file \(Self.memory("RssFile")), peak \(Self.memory("VmHWM"))"
            )
            let file = scratch.path + "/data.mdb"
            print("disk \((try? FileManager.default.attributesOfItem(atPath: file)[.size] as? Int).flatMap(\.self) ?? 0) bytes")
        }
    }

    private static func memory(_ key: String) -> String {
        let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").first { $0.hasPrefix(key) }.map {
            $0.dropFirst(key.count + 1).trimmingCharacters(in: .whitespaces)
        } ?? "?"
    }
}
