import Foundation

do {
    let options = try BenchmarkOptions(Array(CommandLine.arguments.dropFirst()))
    // A rival that died shows as an error of the write, with a message, not as a signal.
    signal(SIGPIPE, SIG_IGN)
    var table = Table()
    if let only = options.only {
        switch only {
        case .readers: try await measureReaders(&table, samples: options.samples)
        case .validators: try measureMillion(&table, samples: options.samples)
        }
        exit(0)
    }
    try measureKeccak(&table, samples: options.samples)
    try measureBLS(&table, samples: options.samples)
    try measureBatch(&table, samples: options.samples)
    try measureState(&table, samples: options.samples)
    try measureConsensus(&table, samples: options.samples)
    try measureMillion(&table, samples: options.samples)
    try await measureReaders(&table, samples: options.samples)
    try measureEthash(&table, samples: options.samples)
    try measureCodecs(&table, samples: options.samples)
    try measureKrum(&table, samples: options.samples)
    try measureProducts(&table, options)
    try measureLearning(&table, options)
} catch {
    FileHandle.standardError.write(Data("polai-benchmarks: \(error)\n".utf8))
    exit(1)
}
