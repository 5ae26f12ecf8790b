public import Primitives
public import RLP

extension BlockHeader {
    /// Which of the seal's fields an encoding leaves out.
    private enum Omission {
        case nothing, nonce, mixHashAndNonce
    }

    /// The header as a list of its fields.
    public var encoded: [UInt8] { encode(omitting: .nothing) }

    /// keccak(rlp(header)): the block's name.
    public var hash: Hash32 { Keccak256.hash(encoded) }

    /// What this chain's seal commits to: keccak of the header without the nonce. `mixHash` is `prevRandao` and
    /// part of it; the Ethash mix digest is recomputed and not stored.
    public var sealHash: Hash32 { Keccak256.hash(encode(omitting: .nonce)) }

    /// What the seal of an Ethereum block before the merge commits to: keccak of the header without mix hash and
    /// nonce (Yellow Paper, 4.3.4).
    public var ethashSealHash: Hash32 { Keccak256.hash(encode(omitting: .mixHashAndNonce)) }

    private func encode(omitting omission: Omission) -> [UInt8] {
        RLPEncoder.list { list in
            list.append(parentHash)
            list.append(ommersHash)
            list.append(coinbase)
            list.append(stateRoot)
            list.append(transactionsRoot)
            list.append(receiptsRoot)
            list.append(logsBloom)
            list.append(difficulty)
            list.append(number)
            list.append(gasLimit)
            list.append(gasUsed)
            list.append(timestamp)
            list.append(bytes: extraData)
            if omission != .mixHashAndNonce { list.append(mixHash) }
            if omission == .nothing { list.append(nonce) }
            if let baseFeePerGas { list.append(baseFeePerGas) }
            if let withdrawalsRoot { list.append(withdrawalsRoot) }
            if let blobGasUsed { list.append(blobGasUsed) }
            if let excessBlobGas { list.append(excessBlobGas) }
            if let parentBeaconBlockRoot { list.append(parentBeaconBlockRoot) }
            if let requestsHash { list.append(requestsHash) }
        }
    }

    /// The header that `encoded` is: 15 to 21 fields.
    public init(encoded: [UInt8]) throws(RLPError) {
        var fields = try RLPDecoder.list(encoded)
        try self.init(&fields)
    }

    /// Reads all items of `fields`.
    init(_ fields: inout RLPDecoder) throws(RLPError) {
        self.init()
        parentHash = try fields.hash32()
        ommersHash = try fields.hash32()
        coinbase = try fields.address()
        stateRoot = try fields.hash32()
        transactionsRoot = try fields.hash32()
        receiptsRoot = try fields.hash32()
        logsBloom = try fields.fixedBytes()
        difficulty = try fields.uint256()
        number = try fields.uint64()
        gasLimit = try fields.uint64()
        gasUsed = try fields.uint64()
        timestamp = try fields.uint64()
        extraData = try fields.bytes()
        mixHash = try fields.hash32()
        nonce = try fields.fixedBytes()
        if !fields.isAtEnd { baseFeePerGas = try fields.uint256() }
        if !fields.isAtEnd { withdrawalsRoot = try fields.hash32() }
        if !fields.isAtEnd { blobGasUsed = try fields.uint64() }
        if !fields.isAtEnd { excessBlobGas = try fields.uint64() }
        if !fields.isAtEnd { parentBeaconBlockRoot = try fields.hash32() }
        if !fields.isAtEnd { requestsHash = try fields.hash32() }
        try fields.finish()
    }
}
