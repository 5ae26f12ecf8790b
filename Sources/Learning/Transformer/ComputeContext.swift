package import CReproKernels

/// Where kernels run: an instruction set and a pool of threads.
public struct ComputeContext: Sendable {
    public let instructionSet: InstructionSet
    /// The threads, or `nil` to run on the calling thread.
    public let pool: ComputePool?

    public init(pool: ComputePool?, instructionSet: InstructionSet = .best) {
        self.pool = pool
        self.instructionSet = instructionSet
    }

    /// The number of threads that work at once.
    public var threadCount: Int { pool?.threadCount ?? 1 }

    /// The same instruction set on the calling thread alone.
    package var serial: ComputeContext { ComputeContext(pool: nil, instructionSet: instructionSet) }

    package var kernels: repro_context { repro_context(isa: instructionSet.isa, pool: pool?.handle) }
}
