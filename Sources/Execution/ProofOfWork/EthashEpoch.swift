import CEthash
public import Primitives

/// What Ethash computes from a header and a nonce.
public struct EthashResult: Hashable, Sendable {
    /// The digest of the 64 dataset accesses, `mixHash` of Ethereum's headers before the merge.
    public let mixHash: Hash32
    /// The number, big-endian, that a seal compares with 2²⁵⁶ / difficulty.
    public let result: Hash32
}

/// The light cache of one Ethash epoch, 30,000 blocks: 16 MB in epoch 0, 131,072 bytes more each epoch.
///
/// `@unchecked Sendable`: the C context is built in `init`, freed in `deinit`, and only read in between.
public final class EthashEpoch: @unchecked Sendable {
    /// Blocks of one epoch (`EPOCH_LENGTH`).
    public static let length: UInt64 = 30_000
    /// The last epoch that is supported.
    public static let maximumNumber = Int(ETHASH_MAX_EPOCH_NUMBER)

    /// The number of this epoch.
    public let number: Int
    private let context: UnsafeMutablePointer<ethash_epoch_context>

    /// Builds the cache, which takes about a quarter of a second in epoch 0.
    ///
    /// - Throws: `ProofOfWorkError.epochOutOfRange` or `.outOfMemory`.
    public init(blockNumber: UInt64) throws(ProofOfWorkError) {
        number = try Self.number(ofBlock: blockNumber)
        guard let context = ethash_create_epoch_context(Int32(number)) else {
            throw .outOfMemory(cacheBytes: Int(ethash_calculate_light_cache_num_items(Int32(number))) * 64)
        }
        self.context = context
    }

    deinit { ethash_destroy_epoch_context(context) }

    /// The epoch of a block.
    ///
    /// - Throws: `ProofOfWorkError.epochOutOfRange`.
    public static func number(ofBlock blockNumber: UInt64) throws(ProofOfWorkError) -> Int {
        let number = blockNumber / length
        guard number <= UInt64(maximumNumber) else { throw .epochOutOfRange(blockNumber: blockNumber) }
        return Int(number)
    }

    /// The epoch's seed: keccak applied `number` times to 32 zero bytes; what `eth_getWork` calls the seed hash.
    public var seedHash: Hash32 { Self.seedHash(epoch: number) }

    /// The seed of an epoch, without building its cache. `epoch` is clamped to the supported range.
    public static func seedHash(epoch: Int) -> Hash32 {
        Hash32(ethash_calculate_epoch_seed(Int32(min(max(0, epoch), maximumNumber))))
    }

    /// `hashimoto_light`: computes the 64 dataset items it needs from the cache.
    public func hash(headerHash: Hash32, nonce: UInt64) -> EthashResult {
        var header = ethash_hash256(headerHash)
        let result = ethash_hash(context, &header, nonce)
        return EthashResult(mixHash: Hash32(result.mix_hash), result: Hash32(result.final_hash))
    }
}

extension EthashEpoch {
    /// Bytes of one item of the full dataset.
    public static let datasetItemBytes = 128

    /// Items of an epoch's full dataset: a gigabyte of them in epoch 0.
    public static func datasetItems(epoch: Int) -> Int {
        Int(ethash_calculate_full_dataset_num_items(Int32(min(max(0, epoch), maximumNumber))))
    }

    /// Works out items of the full dataset, which takes about 50 µs each.
    ///
    /// - Parameter output: room for `count` items, aligned to 8 bytes.
    public func writeDataset(from first: Int, count: Int, into output: UnsafeMutableRawPointer) {
        polai_ethash_dataset(context, UInt32(first), UInt32(count), output.assumingMemoryBound(to: UInt8.self))
    }

    /// `hashimoto_full`: the same as ``hash(headerHash:nonce:)``, some hundred times as fast.
    ///
    /// - Parameter dataset: all items of this epoch; those that begin with eight zero bytes are worked out.
    public func hash(headerHash: Hash32, nonce: UInt64, dataset: UnsafeRawPointer) -> EthashResult {
        var header = ethash_hash256(headerHash)
        let result = polai_ethash_hash_with(context, dataset.assumingMemoryBound(to: UInt8.self), &header, nonce)
        return EthashResult(mixHash: Hash32(result.mix_hash), result: Hash32(result.final_hash))
    }
}

/// A full dataset that is held somewhere.
public protocol EthashDataset: AnyObject, Sendable {
    /// The number of its epoch.
    var epoch: Int { get }
    /// Calls `body` with all items, while they are held.
    func withItems<Value>(_ body: (UnsafeRawPointer) -> Value) -> Value
}

extension Hash32 {
    /// The bytes of the C library's hash, in order.
    init(_ hash: ethash_hash256) {
        self.init(unsafeBytes: { output in Swift.withUnsafeBytes(of: hash) { output.copyMemory(from: $0) } })
    }
}

extension ethash_hash256 {
    /// The same bytes as the C library holds them.
    init(_ hash: Hash32) {
        self.init()
        withUnsafeMutableBytes(of: &self) { output in hash.withUnsafeBytes { output.copyMemory(from: $0) } }
    }
}
