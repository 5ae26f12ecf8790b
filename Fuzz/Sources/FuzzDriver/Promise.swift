import Foundation

/// Ends the program when something does not hold that must hold for every input: the fuzzer keeps the input as a finding.
public func promise(_ holds: Bool, _ what: @autoclosure () -> String) {
    guard !holds else { return }
    FileHandle.standardError.write(Data("BROKEN PROMISE: \(what())\n".utf8))
    abort()
}
