import ArgumentParser
import Foundation
import Logging
import NodeConfiguration
import Primitives

/// `polai up`: everything in one process.
struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Start a whole node: DHT, execution node, beacon node with validators, AI engine, averager and trainer.",
        discussion: """
            Begins a new chain in an empty folder and resumes an existing one. Settings come from .env, each can be \
            overridden here. Stop it with Ctrl-C; kill -9 loses nothing that was finalised.

            Examples:
              polai up                                     run until stopped
              polai up --stop-after-update 1 --timeout 20m run until one update is finalised, print a JSON summary
              polai up --devnet --seconds-per-slot 4       a fast development chain with the sample seed
              polai up --join polai-invite:CpQB…           follow the chain of another node, by its 'polai invite'
              polai up --devnet --validators 5 --silent-validators 3,4 --forge-certificate-slot 20
                                                           the same with five validators, two silent, one forger
            """)

    @OptionGroup var options: UpOptions

    func run() async throws {
        let started = ContinuousClock.now
        try await RoleProcess.begin("polai", verbosity: options.verbosity) { signals, logger in
            var settings: NodeSettings
            do {
                settings = try NodeSettings(options)
            } catch {
                // A setting is refused as an option is, before anything is begun.
                logger.error("\(error)")
                throw ExitCode.validationFailure
            }
            settings.ports.prysmP2P = await Node.p2pPort(settings, logger: logger)
            try await Node.checkPorts(settings, withSlasher: !options.noSlasher)
            let known = try ChainRecord.load(datadir: settings.datadir)
            let joined =
                try await known == nil
                ? GenesisFetch.joined(settings.join, others: settings.followsOthers ? settings.peers.bootstrap : [], logger: logger) : nil
            let task = try options.task.texts(root: (known ?? joined).map { try $0.devTexts })
            // A chain is begun once, and its texts judge for ever.
            if known == nil, joined == nil { _ = try task.folder?.task() }
            let passages = options.noTrainer ? [] : try await options.text.passages(of: task)
            logger.info("Task: \(task.origin)", metadata: ["dev_texts_root": "\(task.devRoot.hex)", "passages": "\(passages.count)"])
            let model = try ModelSetup(
                path: await ModelLocation.path(settings.modelPath), passages: passages, task: task, threads: options.threads,
                weights: options.weights)
            let node = try await Node(settings: settings, options: options, model: model, joined: joined)
            try await node.beacon.catchUp()
            try await node.run(started: started, signals: signals, logger: logger)
        }
    }
}
