import ServiceInterfaces
import Synchronization

/// The chain of this node, once it is open: whoever is begun before it asks here.
final class OpenedChain: Sendable {
    private let opened = Mutex<(any BeaconChainReader)?>(nil)

    var reader: (any BeaconChainReader)? { opened.withLock { $0 } }

    func open(_ chain: any BeaconChainReader) { opened.withLock { $0 = chain } }
}
