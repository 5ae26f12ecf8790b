import Foundation

do {
    let options = try StudyOptions(Array(CommandLine.arguments.dropFirst()))
    let results = ResultsFile(path: options.results)
    if let plot = options.plot {
        let summaries = StudySummary.all(try results.records(), rounds: options.rounds, steps: options.steps)
        print(StudyTable.markdown(summaries))
        guard let picture = StudyPlot(summaries) else {
            throw StudyError("\(options.results) holds no finished run of \(options.rounds) rounds of \(options.steps) steps")
        }
        let svg = picture.svg(title: "SmolLM2-135M after \(options.rounds) rounds of \(options.steps) steps: loss against bytes")
        try Data(svg.utf8).write(to: URL(fileURLWithPath: plot))
    } else {
        try runStudy(options, results)
    }
} catch {
    FileHandle.standardError.write(Data("polai-codec-study: \(error)\n".utf8))
    exit(1)
}

/// Runs what the results do not hold yet.
func runStudy(_ options: StudyOptions, _ results: ResultsFile) throws {
    let methods = try options.methods.map { name throws(StudyError) in
        guard let method = Method.all.first(where: { $0.name == name }) else {
            throw StudyError("unknown method \(name)\n\(StudyOptions.usage)")
        }
        return method
    }
    let setup = try StudySetup(model: options.model, threads: options.threads)
    // Seed by seed, so that a study that is cut short has compared all methods.
    for seed in options.seeds {
        for method in methods { try StudyRun(setup: setup, method: method, seed: seed, options: options).run(results) }
    }
}
