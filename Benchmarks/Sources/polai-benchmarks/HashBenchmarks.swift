import BLS
import CKeccak
import Primitives
import ProofOfWork

/// Keccak-256 in Swift and as a plain C loop, in turns on the same bytes.
func measureKeccak(_ table: inout Table, samples: Int) throws {
    let bytes = (0..<(8 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 131 &+ $0 >> 8) }
    var digest = [UInt8](repeating: 0, count: 32)
    var swift: [Double] = [], plain: [Double] = []
    for _ in 0..<max(5, samples) {
        swift.append(seconds { keep(Keccak256.hash(bytes)) })
        plain.append(seconds { plain_keccak256(bytes, bytes.count, &digest) })
    }
    guard Keccak256.hash(bytes).bytes == digest else { throw BenchmarkError("Swift's and C's Keccak-256 disagree") }
    let megabytes = Double(bytes.count) / 1e6
    table.add("keccak-256, Swift", megabytes / median(swift), "MB/s")
    table.add("keccak-256, plain C loop", megabytes / median(plain), "MB/s")
    table.add("  Swift / C", median(plain) / median(swift), "x")
}

/// One BLS verification of a 32-byte message: decompression and group check of the signature, two pairings.
func measureBLS(_ table: inout Table, samples: Int) throws {
    let key = try SecretKey(bytes: [UInt8](repeating: 0x17, count: 32))
    let publicKey = key.publicKey
    let messages = (0..<64).map { SHA256.hash([UInt8($0)]) }
    let signatures = messages.map { key.sign($0) }
    var times: [Double] = []
    var valid = true
    for _ in 0..<samples {
        times.append(
            seconds {
                for (message, signature) in zip(messages, signatures) {
                    valid = BLS.verify(publicKey: publicKey, message: message, signature: signature) && valid
                }
            } / Double(messages.count))
    }
    guard valid else { throw BenchmarkError("a BLS signature of ours does not verify") }
    table.add("BLS verify, key already checked", median(times) * 1e6, "µs")
}

/// Light evaluations of Ethash on one thread, epoch 0; making the epoch's cache is timed on its own.
func measureEthash(_ table: inout Table, samples: Int) throws {
    var epoch: EthashEpoch?
    let making = try seconds { epoch = try EthashEpoch(blockNumber: 0) }
    guard let epoch else { return }
    let header = SHA256.hash([1])
    let count: UInt64 = 200
    var times: [Double] = []
    for sample in 0..<UInt64(samples) {
        times.append(seconds { for nonce in 0..<count { keep(epoch.hash(headerHash: header, nonce: sample * count + nonce)) } })
    }
    table.add("Ethash light, one thread", Double(count) / median(times), "hashes/s")
    table.add("Ethash epoch cache, made once in 30,000 blocks", making, "s")
}
