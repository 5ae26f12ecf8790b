import BlockingWork
import ContentNetwork
import Foundation
import HivemindDHT
import Kademlia
import LibP2P
import Logging
import LoRA
import ModelFiles
import NIOPosix
import PEFTFormat
import PeerIdentity
import PetalsServer
import ServiceLifecycle
import Transformer
import UpdateAudit

/// A server of blocks with all that it needs: the layers of the model, a member of the swarm's DHT, a port.
struct BlockServing {
    private let listen: String
    private let headOf: String?
    private let isFirst: Bool
    private let base: BaseModel
    private let host: LibP2P.Host
    private let addresses: KademliaNode
    private let node: HivemindNode
    private let worker: BlockWorker
    private let server: PetalsServer
    private let logger: Logger

    /// Loads the layers, showing progress.
    ///
    /// - Parameter datadir: where the server's key is kept.
    init(_ options: ServedBlocksOptions, _ model: BaseModelOptions, blocks: Range<Int>, datadir: String, logger: Logger) throws {
        (listen, headOf, isFirst, self.logger) = (options.listen, options.headOf, options.petalsBootstrap.isEmpty, logger)
        // Before the layers are loaded, which takes a while.
        let served = try options.setting(blocks, base: model.base)
        base = try BaseModel(named: model.base)
        let weights = try base.weights
        guard blocks.upperBound <= weights.configuration.layerCount else {
            throw SetupError("the base model has \(weights.configuration.layerCount) layers, so --blocks ends there at most")
        }
        let context = try ComputeContext(threads: model.threads, precedence: .judging)
        let root = base.root
        let loaded = try ProgressBar.loading((model.base as NSString).lastPathComponent) { progress in
            try TransformerModel(
                weights: weights, baseModelRoot: root, context: context, storage: model.weights.storage, part: .blocks(blocks),
                progress: progress)
        }
        worker = BlockWorker(model: loaded, context: context)
        try Databases.make("secrets_data", in: datadir)
        host = LibP2P.Host(
            identity: try PeerKeyFile.key(datadir: datadir, name: "petals"), group: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "petals"))
        // p2pd's own Kademlia says where peers can be dialled.
        addresses = KademliaNode(host: host, now: { UInt64(max(0, Date().timeIntervalSince1970)) })
        addresses.serve()
        var setting = HivemindSetting()
        setting.bootstrap = try options.petalsBootstrap.flatMap { try BootstrapAddress.read($0) }
        node = HivemindNode(
            host: host, setting: setting, now: { Date().timeIntervalSince1970 }, logger: Logger(label: "hivemind")
        ) { [addresses] in await addresses.findPeer($0) }
        node.serve()
        server = PetalsServer(node: node, worker: worker, setting: served, logger: Logger(label: "petals"))
        for text in options.adapter {
            let (name, path) = try ServedBlocksOptions.namedAdapter(text)
            let layout = LoRALayout(model: weights.configuration)
            try worker.set(try AdapterFile(path: path, layout: layout, baseModelRoot: root).adapter, named: name)
            logger.info("Adapter \(name) is \(path)")
        }
        server.serve()
    }

    /// Serves until a signal comes, and then says so in the swarm.
    func run(until signals: StopSignals) async throws {
        guard let place = DHTRole.multiaddresses(try DHTCommand.address(listen)).first else {
            throw SetupError("--listen '\(listen)' is no address or name of this machine, and a port")
        }
        let events = host.events()
        try await host.listen(on: place)
        let setting = server.setting
        let what = "blocks \(setting.blocks.lowerBound):\(setting.blocks.upperBound) of \(setting.prefix)"
        for address in host.listenAddresses { logger.info("Serving \(what) at \(address)/p2p/\(host.peerID)") }
        if let address = host.listenAddresses.first, isFirst {
            logger.info("A client says initial_peers=[\"\(address)/p2p/\(host.peerID)\"], dht_prefix=\"\(setting.prefix)\"")
        }
        var services: [any Service] = [
            TaskService("libp2p") { await host.run() }, TaskService("kademlia") { await addresses.run(events) },
            TaskService("hivemind") { await node.run() },
        ]
        if let datadir = headOf { services.append(TaskService("head") { await follow(datadir) }) }
        services.append(TaskService("announcements") { await server.announce() })
        // Ended first, while the others still carry it.
        services.append(LastWord { await server.takeLeave() })
        try await ServiceGroup.run(services.map { .init(service: $0) }, until: signals, logger: logger)
    }

    /// Serves a node's newest final adapter, and the next as it becomes final.
    private func follow(_ datadir: String) async {
        var (known, complained): ([Float]?, Bool) = (nil, false)
        while !Task.isCancelled {
            do {
                let layout = LoRALayout(model: try base.configuration)
                let adapter = try NodeRecords(datadir: datadir).chosenAdapter(root: nil, layout: layout, baseModelRoot: base.root)
                if adapter.values != known {
                    try worker.set(adapter, named: ServedBlocksOptions.headName)
                    known = adapter.values
                    logger.info("Adapter \(ServedBlocksOptions.headName) is the newest final one of \(datadir)")
                }
                complained = false
            } catch {
                if !complained { logger.warning("The newest final adapter of \(datadir) is not served: \(error)") }
                complained = true
            }
            try? await Task.sleep(for: server.setting.announcing)
        }
    }
}
