public import LibP2PProtocols

/// What a node does for others behind NATs, and for itself.
public struct NATSetting: Sendable {
    /// It relays for others, within `relay`, once others can dial it.
    public var servesRelay = true
    public var relay = RelayDesk.Limits()
    /// It tells others whether they can be dialled: by AutoNAT v1 within `dialBack`, by v2 within `dialRequests`.
    public var servesAutoNAT = true
    public var dialBack = DialBackDesk.Limits()
    public var dialRequests = DialRequestDesk.Limits()
    /// It asks others whether it can be dialled, has places at relays while it cannot, and has them dialled through.
    public var usesRelays = true
    /// Places at relays that a node behind a NAT keeps.
    public var relays = 2
    /// It takes places at relays without asking whether it needs them, and relays for others without knowing that it can be
    /// dialled: for tests.
    public var skipsAutoNAT = false
    public var firstProbe: Duration = .seconds(3)
    public var probeInterval: Duration = .seconds(5)
    /// Once the answers agree.
    public var sureInterval: Duration = .seconds(120)
    public var reserveInterval: Duration = .seconds(2)
    /// How long a relayed connection stays beside the direct one.
    public var grace: Duration = .seconds(5)

    public init() {}

    /// A node that neither gives nor takes any of this.
    public static var off: NATSetting {
        var setting = NATSetting()
        (setting.servesRelay, setting.servesAutoNAT, setting.usesRelays) = (false, false, false)
        return setting
    }
}
