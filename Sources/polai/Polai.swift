import ArgumentParser

/// The one binary. Each subcommand is a file of `Commands/`.
@main
struct Polai: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "polai", abstract: "A blockchain whose blocks carry verified machine learning.",
        version: PolaiVersion.current,
        subcommands: [
            UpCommand.self, InviteCommand.self, GethCommand.self, BeaconChainCommand.self, ValidatorCommand.self, DHTCommand.self,
            AIEngineCommand.self, AveragerCommand.self, SlasherCommand.self, MinerCommand.self, AttachCommand.self,
            DoctorCommand.self, KeysCommand.self,
            AccountCommand.self, DepositCommand.self,
            SlashingProtectionCommand.self,
            GenesisCommand.self,
            SpecTestCommand.self, StateTestCommand.self, BlockTestCommand.self, TransactionTestCommand.self,
            DifficultyTestCommand.self, TransitionCommand.self, RPCTestCommand.self,
            ImportCommand.self, ExportCommand.self, ServeCommand.self,
            GateCommand.self,
            ReplayCommand.self,
            GenerateCommand.self,
            AdapterCommand.self,
            ModelCommand.self,
            TaskCommand.self,
            AttackLabCommand.self,
            TrainerCommand.self,
        ])
}
