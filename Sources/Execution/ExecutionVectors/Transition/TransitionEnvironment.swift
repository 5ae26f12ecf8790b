import EngineTypes
import ExecutionChain
import JSON
import Primitives

/// The `env` object of a transition: the block around the transactions.
struct TransitionEnvironment {
    var header: BlockHeader
    var blockHashes: [UInt64: Hash32] = [:]
    var withdrawals: [Withdrawal] = []
    var ommers: [BlockHeader] = []

    init(_ json: JSONValue, _ config: ChainConfig) throws {
        let number = try json.member("currentNumber").uint64()
        let timestamp = try json.member("currentTimestamp").uint64()
        header = BlockHeader(
            coinbase: try json.member("currentCoinbase").address(), number: number,
            gasLimit: try json.member("currentGasLimit").uint64(), timestamp: timestamp)
        let fork = config.fork(number: number, timestamp: timestamp)
        for member in json["blockHashes"]?.object ?? [] {
            blockHashes[try JSONValue.string(member.name).uint64()] = try member.value.hash()
        }
        header.parentHash = number > 0 ? blockHashes[number - 1] ?? .zero : .zero
        if fork >= .paris {
            header.mixHash = try json.member("currentRandom").uint256().bigEndianHash
        } else {
            header.difficulty = try Self.difficulty(json, fork, header)
        }
        if fork >= .london { header.baseFeePerGas = try Self.baseFee(json, config) }
        if fork >= .cancun {
            header.parentBeaconBlockRoot = try json["parentBeaconBlockRoot"]?.hash() ?? .zero
            header.excessBlobGas = try Self.excessBlobGas(json, config, fork)
        }
        for item in fork >= .shanghai ? json["withdrawals"]?.array ?? [] : [] {
            withdrawals.append(
                Withdrawal(
                    index: try item.member("index").uint64(), validatorIndex: try item.member("validatorIndex").uint64(),
                    address: try item.member("address").address(), amount: try item.member("amount").uint64()))
        }
        for item in fork < .paris ? json["ommers"]?.array ?? [] : [] {
            let delta = try item.member("delta").uint64()
            guard delta <= number else { throw VectorError("an uncle is \(delta) blocks before block \(number)") }
            ommers.append(BlockHeader(coinbase: try item.member("address").address(), number: number - delta))
        }
    }

    private static func difficulty(_ json: JSONValue, _ fork: ExecutionFork, _ header: BlockHeader) throws -> UInt256 {
        if let difficulty = json["currentDifficulty"], !difficulty.isNull { return try difficulty.uint256() }
        let uncles = try json["parentUncleHash"]?.hash() ?? .zero
        return EthereumDifficulty.next(
            fork, number: header.number, timestamp: header.timestamp,
            parentTimestamp: try json.member("parentTimestamp").uint64(),
            parentDifficulty: try json.member("parentDifficulty").uint256(),
            parentHasOmmers: uncles != .zero && uncles != BlockRoots.emptyOmmers)
    }

    private static func baseFee(_ json: JSONValue, _ config: ChainConfig) throws -> UInt256 {
        if let fee = json["currentBaseFee"], !fee.isNull { return try fee.uint256() }
        return config.nextBaseFee(
            after: BlockHeader(
                gasLimit: try json.member("parentGasLimit").uint64(), gasUsed: try json.member("parentGasUsed").uint64(),
                baseFeePerGas: try json.member("parentBaseFee").uint256()))
    }

    private static func excessBlobGas(_ json: JSONValue, _ config: ChainConfig, _ fork: ExecutionFork) throws -> UInt64 {
        if let excess = json["currentExcessBlobGas"], !excess.isNull { return try excess.uint64() }
        let parent = BlockHeader(
            baseFeePerGas: try json["parentBaseFee"]?.uint256(), blobGasUsed: try json["parentBlobGasUsed"]?.uint64() ?? 0,
            excessBlobGas: try json["parentExcessBlobGas"]?.uint64() ?? 0)
        return config.nextExcessBlobGas(after: parent, fork)
    }
}
