/// Why stored slasher data or evidence could not be read or made.
public enum SlashingDetectionError: Error, Equatable, Sendable, CustomStringConvertible {
    case damagedChunk(byteCount: Int)
    case damagedGroup(byteCount: Int)

    public var description: String {
        switch self {
        case .damagedChunk(let count): "a stored chunk of vote distances is damaged (\(count) bytes); remove the slasher's database"
        case .damagedGroup(let count): "a stored group of validators is damaged (\(count) bytes); remove the slasher's database"
        }
    }
}
