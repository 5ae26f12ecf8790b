public import Primitives

// The specification's custom types (phase0 … electra `beacon-chain.md`, "Custom types").

/// A slot number, counted from genesis.
public typealias Slot = UInt64
/// An epoch number, counted from genesis.
public typealias Epoch = UInt64
/// The number of a committee within its slot.
public typealias CommitteeIndex = UInt64
/// A position in the validator registry.
public typealias ValidatorIndex = UInt64
/// An amount in Gwei, 10⁻⁹ of the coin.
public typealias Gwei = UInt64
/// The running number of a withdrawal.
public typealias WithdrawalIndex = UInt64
/// The position of a blob in its block.
public typealias BlobIndex = UInt64
/// A Merkle root.
public typealias Root = Hash32
/// Thirty-two bytes without a more precise meaning.
public typealias Bytes32 = Hash32
/// A fork version.
public typealias Version = Bytes4
/// The kind of message that a signature is for.
public typealias DomainType = Bytes4
/// The first four bytes of a `ForkData` root: names a fork of a network.
public typealias ForkDigest = Bytes4
/// What a signature is bound to besides the message: its kind, the fork and the network.
public typealias Domain = Hash32
/// A compressed BLS12-381 public key.
public typealias BLSPubkey = Bytes48
/// A compressed BLS12-381 signature.
public typealias BLSSignature = Bytes96
/// An account of the execution layer.
public typealias ExecutionAddress = Address
/// One bit per timely vote: source, target, head (altair).
public typealias ParticipationFlags = UInt8
/// An execution transaction in its network form.
public typealias Transaction = [UInt8]
/// A KZG commitment to a blob.
public typealias KZGCommitment = Bytes48
/// A KZG proof.
public typealias KZGProof = Bytes48
/// The hash of a KZG commitment with its version in the first byte.
public typealias VersionedHash = Hash32
/// The execution layer's name for a payload being built.
public typealias PayloadId = Bytes8
