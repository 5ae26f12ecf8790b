public import BeaconTypes
import ChainStore

/// Which states of finalised blocks stay on disk.
///
/// Of every `slotsPerPoint` slots the first block's state stays, so that a state between is rebuilt from at most as many
/// blocks. The newest `fullPoints` of these stand that close together; before them the distance doubles each time the age does. So
/// the states on disk grow with the logarithm of the chain's age, and genesis always stays.
public struct StateRetention: Sendable, Hashable {
    public var slotsPerPoint: UInt64
    public var fullPoints: UInt64

    /// - Parameters:
    ///   - slotsPerPoint: at least 1.
    ///   - fullPoints: at least 1; `.max` to keep every point.
    public init(slotsPerPoint: UInt64 = 64, fullPoints: UInt64 = 1024) {
        self.slotsPerPoint = max(1, slotsPerPoint)
        self.fullPoints = max(1, fullPoints)
    }

    /// How many slots apart the points around `slot` stand.
    public func spacing(at slot: Slot, finalized: Slot) -> UInt64 {
        let age = finalized > slot ? finalized - slot : 0
        var (reach, overflow) = slotsPerPoint.multipliedReportingOverflow(by: fullPoints)
        var spacing = slotsPerPoint
        while !overflow, age > reach {
            spacing *= 2
            (reach, overflow) = reach.multipliedReportingOverflow(by: 2)
        }
        return spacing
    }

    /// Those of `points`, which are in order of slots, that need not stay.
    func excess(of points: [ArchivePoint], finalized: Slot) -> [ArchivePoint] {
        var last: (spacing: UInt64, run: UInt64)?
        return points.filter { point in
            let spacing = spacing(at: point.slot, finalized: finalized)
            let run = point.slot / spacing
            defer { last = (spacing, run) }
            return last.map { $0 == (spacing, run) } ?? false
        }
    }
}
