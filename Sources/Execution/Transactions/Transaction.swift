public import EVM
public import Primitives
public import Secp256k1

/// A transaction of any type from 0 to 4, signed or not.
public struct Transaction: Hashable, Sendable {
    /// EIP-2718's type byte.
    public enum Kind: UInt8, Sendable, Hashable, CaseIterable {
        case legacy, accessList, dynamicFee, blob, setCode

        /// The rules since which the type exists.
        public var since: EVMRevision {
            switch self {
            case .legacy: .frontier
            case .accessList: .berlin
            case .dynamicFee: .london
            case .blob: .cancun
            case .setCode: .prague
            }
        }
    }

    /// An address and slots that are paid for beforehand (EIP-2930).
    public struct AccessEntry: Hashable, Sendable {
        public var address: Address
        public var slots: [Hash32]

        public init(address: Address, slots: [Hash32]) {
            self.address = address
            self.slots = slots
        }
    }

    public var kind: Kind
    /// `nil` for a legacy transaction from before EIP-155.
    public var chainID: UInt64?
    public var nonce: UInt64
    /// Gas price of the types 0 and 1; the fee cap of later ones is `maxFeePerGas`.
    public var gasPrice: UInt256
    public var maxPriorityFeePerGas: UInt256
    public var gasLimit: UInt64
    /// `nil` creates a contract.
    public var to: Address?
    public var value: UInt256
    public var data: [UInt8]
    public var accessList: [AccessEntry] = []
    public var maxFeePerBlobGas = UInt256.zero
    public var blobHashes: [Hash32] = []
    public var authorizations: [Authorization] = []
    public var signature: Secp256k1Signature?

    /// - Parameter gasPrice: the price, or from type 2 on the cap `max_fee_per_gas`.
    public init(
        kind: Kind = .legacy, chainID: UInt64? = nil, nonce: UInt64 = 0, gasPrice: UInt256 = .zero,
        maxPriorityFeePerGas: UInt256? = nil, gasLimit: UInt64 = 21000, to: Address?, value: UInt256 = .zero, data: [UInt8] = []
    ) {
        self.kind = kind
        self.chainID = chainID
        self.nonce = nonce
        self.gasPrice = gasPrice
        self.maxPriorityFeePerGas = maxPriorityFeePerGas ?? gasPrice
        self.gasLimit = gasLimit
        self.to = to
        self.value = value
        self.data = data
    }

    /// What the sender pays at most for a unit of gas.
    public var maxFeePerGas: UInt256 { gasPrice }

    /// What a unit of gas costs under a base fee.
    public func effectiveGasPrice(baseFee: UInt256) -> UInt256 {
        guard kind.rawValue >= Kind.dynamicFee.rawValue else { return gasPrice }
        let (sum, overflow) = baseFee.addingReportingOverflow(maxPriorityFeePerGas)
        return overflow ? gasPrice : min(gasPrice, sum)
    }

    /// What of the price is left for the block's maker, per unit of gas; `nil` below the base fee.
    public func effectiveTip(baseFee: UInt256) -> UInt256? {
        maxFeePerGas < baseFee ? nil : min(maxPriorityFeePerGas, maxFeePerGas &- baseFee)
    }

    /// Gas of the transaction's blobs (EIP-4844).
    public var blobGas: UInt64 { UInt64(blobHashes.count) << 17 }
}

/// Consent of an account to run another's code (EIP-7702).
public struct Authorization: Hashable, Sendable {
    public var chainID: UInt256
    public var address: Address
    public var nonce: UInt64
    public var yParity: UInt8
    public var r: UInt256
    public var s: UInt256

    public init(chainID: UInt256, address: Address, nonce: UInt64, yParity: UInt8, r: UInt256, s: UInt256) {
        self.chainID = chainID
        self.address = address
        self.nonce = nonce
        self.yParity = yParity
        self.r = r
        self.s = s
    }
}
