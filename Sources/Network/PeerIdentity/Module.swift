// PeerIdentity
