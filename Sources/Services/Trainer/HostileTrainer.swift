public import ContentRouting
public import LoRA
public import Logging
import ModelFiles
public import PeerIdentity
public import Primitives
import ServiceInterfaces
import UpdateCodec
import UpdateLife

/// A trainer of a development chain that does not train: it forges one update on every adapter, to be refused.
public actor HostileTrainer {
    public enum Kind: String, Sendable, CaseIterable {
        /// Publishes the first good foreign update again, under its own key and address.
        case copy
        /// Writes NaN where scales should be.
        case notANumber = "nan"
        /// Publishes more than 150,000 bytes.
        case oversize
    }

    let kind: Kind
    let baseModelRoot: Hash32
    let layout: LoRALayout
    let node: any LearningNodeClient
    let blobs: any BlobStore & MessageTopics
    let peerKey: PeerKeyPair
    let rewardAddress: Address
    let logger: Logger

    public init(
        kind: Kind, baseModelRoot: Hash32, layout: LoRALayout, node: any LearningNodeClient, blobs: any BlobStore & MessageTopics,
        peerKey: PeerKeyPair, rewardAddress: Address, logger: Logger
    ) {
        self.kind = kind
        self.baseModelRoot = baseModelRoot
        self.layout = layout
        self.node = node
        self.blobs = blobs
        self.peerKey = peerKey
        self.rewardAddress = rewardAddress
        self.logger = logger
    }

    /// Forges until cancelled.
    public func run() async {
        switch kind {
        case .copy: await copyOthers()
        case .notANumber, .oversize: await forgeOnEveryAdapter()
        }
    }

    private func copyOthers() async {
        var copiedOn: Hash32?
        for await id in await blobs.announcedBlobs() {
            if Task.isCancelled { return }
            guard let bytes = try? await blobs.fetch(id), let file = try? UpdateFile(bytes),
                file.metadata.publicKey != peerKey.publicKey.message, file.metadata.parentAdapterRoot != copiedOn,
                (try? file.delta(layout: layout)) != nil
            else { continue }
            copiedOn = file.metadata.parentAdapterRoot
            await publish { try ForgedUpdate.copy(of: file, key: peerKey, rewardAddress: rewardAddress) }
        }
    }

    private func forgeOnEveryAdapter() async {
        var forgedOn: Hash32?
        for await _ in await node.changes() {
            if Task.isCancelled { return }
            if let head = try? await node.head(), head != forgedOn {
                forgedOn = head
                await publish {
                    let file = try ForgedUpdate.random(
                        baseModelRoot: baseModelRoot, parent: head, layout: layout, key: peerKey, rewardAddress: rewardAddress)
                    return kind == .oversize
                        ? file + [UInt8](repeating: 0, count: 200_000 - min(file.count, 199_999))
                        : try ForgedUpdate.withNaN(file, key: peerKey)
                }
            }
        }
    }

    private func publish(_ forge: () throws -> [UInt8]) async {
        do {
            let bytes = try forge()
            do {
                let id = try await node.publish(bytes)
                logger.info("Published a forged update", metadata: ["file": "\(id.shortHex)", "bytes": "\(bytes.count)"])
            } catch let error as RoutingError {
                guard case .blobTooLong = error else { throw error }
                await node.noteRefused(
                    SHA256.hash(bytes), FileFacts(bytes: bytes.count, trainer: peerKey.peerID.description),
                    RefusedUpdate(.oversize, error.description))
                logger.warning(
                    "Update refused: \(error)",
                    metadata: ["file": "\(SHA256.hash(bytes).shortHex)", "trainer": "\(peerKey.peerID)", "refusal": "oversize"])
            }
        } catch {
            logger.warning("cannot forge an update: \(error)")
        }
    }
}
