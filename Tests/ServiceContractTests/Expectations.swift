import Primitives
import ServiceInterfaces
import Testing

/// The refusal that `ask` throws.
func refusal(
    sourceLocation: SourceLocation = #_sourceLocation, _ ask: () async throws -> Void
) async -> (any Refusal)? {
    do {
        try await ask()
        Issue.record("nothing was refused", sourceLocation: sourceLocation)
    } catch let refusal as any Refusal {
        return refusal
    } catch {
        Issue.record("an error without a rule: \(error)", sourceLocation: sourceLocation)
    }
    return nil
}

/// Expects a refusal by a rule, and by whose fault.
func expectRefusal(
    _ rule: String, _ fault: Fault, sourceLocation: SourceLocation = #_sourceLocation, _ ask: () async throws -> Void
) async {
    let refused = await refusal(sourceLocation: sourceLocation, ask)
    #expect(refused?.rule == rule && refused?.fault == fault, "\(refused.map { "\($0)" } ?? "")", sourceLocation: sourceLocation)
}
