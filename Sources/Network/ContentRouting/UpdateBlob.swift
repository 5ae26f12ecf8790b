/// An update file as the network carries it: bytes under their SHA-256.
public enum UpdateBlob {
    /// 150 KB, the specification's bound of an update with its header.
    public static let maximumLength = 150_000
}
