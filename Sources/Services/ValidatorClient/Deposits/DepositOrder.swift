public import BLS
public import BeaconTypes
public import JSON
public import Primitives
import SSZ
import StateTransition

/// What a new validator's owner asks of the deposit contract, and the entry of a `deposit_data-….json` file that says so.
public struct DepositOrder: Sendable {
    /// The limits of a deposit in Gwei: the contract's least, and the largest balance a compounding validator can have.
    public static let amounts: ClosedRange<Gwei> = 1_000_000_000...2_048_000_000_000

    public let amount: Gwei
    public let withdrawalCredentials: Bytes32
    /// The chain's genesis fork version: deposits are valid on every fork (phase0 `process_deposit`).
    public let forkVersion: Version
    public let networkName: String

    /// - Parameters:
    ///   - amount: Gwei.
    ///   - withdrawalAddress: the execution address that gets the stake back.
    ///   - isCompounding: credentials of type 0x02 (EIP-7251) instead of 0x01.
    /// - Throws: `ValidatorClientError.invalidRequest`.
    public init(
        amount: Gwei, withdrawalAddress: ExecutionAddress, isCompounding: Bool, forkVersion: Version, networkName: String
    ) throws(ValidatorClientError) {
        guard Self.amounts.contains(amount) else {
            throw .invalidRequest("a deposit is from \(Self.amounts.lowerBound) to \(Self.amounts.upperBound) Gwei, not \(amount)")
        }
        guard withdrawalAddress != .zero else {
            throw .invalidRequest("the withdrawal address is the zero address, which nobody owns: the stake would be lost")
        }
        let prefix = isCompounding ? Constant.compoundingWithdrawalPrefix : Constant.eth1AddressWithdrawalPrefix
        self.amount = amount
        withdrawalCredentials = Bytes32([prefix] + [UInt8](repeating: 0, count: 11) + withdrawalAddress.bytes) ?? .zero
        self.forkVersion = forkVersion
        self.networkName = networkName
    }

    /// The signed deposit of one key (phase0 `validator.md`, "Submit deposit").
    public func data(for key: SecretKey) -> DepositData {
        let message = message(for: key)
        let domain = computeDomain(Constant.domainDeposit, forkVersion, .zero)
        return DepositData(
            pubkey: message.pubkey, withdrawalCredentials: withdrawalCredentials, amount: amount,
            signature: key.sign(computeSigningRoot(message, domain, Self.spec)))
    }

    /// An entry with the fields that `ethstaker-deposit` writes and checks; hexadecimal without prefix.
    ///
    /// - Parameter version: of the program that writes the file.
    public func entry(for key: SecretKey, version: String) -> JSONValue {
        let data = data(for: key)
        return [
            "pubkey": .string(data.pubkey.bytes.bareHex), "withdrawal_credentials": .string(withdrawalCredentials.bytes.bareHex),
            "amount": .number(String(amount)), "signature": .string(data.signature.bytes.bareHex),
            "deposit_message_root": .string(message(for: key).hashTreeRoot(Self.spec).bytes.bareHex),
            "deposit_data_root": .string(data.hashTreeRoot(Self.spec).bytes.bareHex),
            "fork_version": .string(forkVersion.bytes.bareHex), "network_name": .string(networkName),
            "deposit_cli_version": .string(version),
        ]
    }

    /// Deposit containers have the same shape everywhere.
    private static var spec: BeaconSpec { .mainnet }

    private func message(for key: SecretKey) -> DepositMessage {
        DepositMessage(pubkey: key.publicKey.bytes, withdrawalCredentials: withdrawalCredentials, amount: amount)
    }
}
