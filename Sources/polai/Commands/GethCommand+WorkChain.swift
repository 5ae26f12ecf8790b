import ArgumentParser
import ExecutionChain
import ExecutionNode
import KeyValueStore
import Logging
import NodeConfiguration
import ServiceInterfaces
import ServiceLifecycle

extension GethCommand {
    /// Follows and serves a chain of work. There is no Engine API: nobody says what its head is.
    func runWorkChain(ports: Ports, until signals: StopSignals, logger: Logger) async throws {
        let rpc = try await checkedRPC(ports)
        try Databases.make("secrets_data", in: role.datadir)
        let folder = try ChainFolder(datadir: role.datadir, genesisFile: work.genesis) { genesis in
            guard genesis.config.isWorkOnly else {
                throw SetupError(
                    "a chain that comes to the merge needs a consensus layer; this node follows the work of peers on others alone")
            }
            guard genesis.config.daoForkBlock == nil else {
                throw SetupError("the chain supports the DAO fork (daoForkSupport), which this node does not execute")
            }
        }
        defer { folder.store.close() }
        let datasets = try self.datasets(logger)
        let geth = try GethRole(
            genesis: folder.genesis, store: folder.store, secondsPerSlot: 12, stateHistory: .all, seals: EthashSeals(datasets: datasets),
            sealThreads: mining.threads, dataDirectory: role.datadir)
        try await folder.keepGenesis(head: geth.execution.heaviest().header)
        let devp2p = try await self.devp2p(geth, ports)
        if devp2p == nil, !work.isMining {
            logger.notice("This node has no peers and makes no blocks: its chain stands still; see --port, --bootnodes and --mine")
        }
        var miners: [any Service] = []
        if work.isMining, let coinbase = work.coinbase {
            miners.append(
                TaskService("miner") { [execution = geth.execution] in
                    await execution.mine(for: coinbase.address) { block, point in
                        await devp2p?.announce(block, totalDifficulty: point.totalDifficulty)
                    }
                })
        }
        try await serve(geth, at: rpc, peers: devp2p, beside: miners, until: signals, logger: logger)
    }

    /// Refuses what was named for a chain with a consensus layer, rather than to leave it aside.
    func refuseOthersOptions() throws {
        let named: [(String, Bool)] = [
            ("--gcmode full: all states are kept", gcmode == .full), ("--join", join.join != nil), ("--devnet", chain.devnet),
            ("--genesis-time", chain.genesisTime != nil), ("--genesis-difficulty", chain.genesisDifficulty != nil),
            ("--seconds-per-slot", chain.secondsPerSlot != 12), ("--jwtsecret", auth.secretFile != nil),
            ("--authrpc.addr", auth.address != "127.0.0.1"), ("--authrpc.port", auth.port != nil), ("--authrpc.vhosts", auth.hosts != nil),
            ("--externalcl", externalConsensus != nil),
        ]
        guard let option = named.first(where: { $0.1 })?.0 else { return }
        throw SetupError("this folder's chain, or that of --genesis, is one of work and follows its peers alone; it knows no \(option)")
    }
}
