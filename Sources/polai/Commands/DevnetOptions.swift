import ArgumentParser
import BeaconTypes
import DevnetFaults

/// What some of this node's validators do wrong on purpose, on a development chain.
struct DevnetOptions: ParsableArguments {
    @Option(help: "Validators that sign no ACKs: indices such as 3,4.")
    var silentValidators: NumberList?

    @Option(help: "Validators that vote INVALID on every update.")
    var invalidValidators: NumberList?

    @Option(help: "Validators that sign VALID and INVALID on the same update.")
    var contradictingValidators: NumberList?

    @Option(help: "Validators that copy the others' votes without knowing the losses behind them.")
    var copyingValidators: NumberList?

    @Option(help: "Forge the certificate of the first block proposed at or after this slot; several as 20,40.")
    var forgeCertificateSlot: NumberList?

    /// The faults asked for, none by default.
    var faults: DevnetFaults {
        var faults = DevnetFaults()
        faults.silent = Set(silentValidators?.numbers ?? [])
        faults.invalid = Set(invalidValidators?.numbers ?? [])
        faults.contradicting = Set(contradictingValidators?.numbers ?? [])
        faults.copying = Set(copyingValidators?.numbers ?? [])
        faults.forgingSlots = forgeCertificateSlot?.numbers ?? []
        return faults
    }

    /// Refuses faults on a chain that is no development chain, and faults of validators that do not exist.
    func validate(devnet: Bool, validators: Int) throws {
        guard !faults.isEmpty else { return }
        guard devnet else {
            throw ValidationError("--silent-validators, --invalid-validators and the like break the rules on purpose; they need --devnet")
        }
        do {
            try faults.validate(validators: validators)
        } catch {
            throw ValidationError("\(error)")
        }
    }
}

/// Numbers on the command line, separated by commas.
struct NumberList: ExpressibleByArgument {
    let numbers: [UInt64]

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { UInt64($0) }
        guard !numbers.isEmpty, numbers.count == parts.count else { return nil }
        self.numbers = numbers
    }
}
